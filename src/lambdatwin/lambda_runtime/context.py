"""The context object, a handler's second argument in Lambda. Source: AWS, "Using the Lambda context object to retrieve
Python function information"."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

# Outside AWS these stand in for a deployed function's own, as in AWS's samples.
_ACCOUNT_ID = "123456789012"
DEFAULT_REGION = "us-east-1"
# Megabytes: what a function has that asks for no more.
LEAST_MEMORY = 128
_VERSION = "$LATEST"


@dataclass(frozen=True, slots=True)
class CognitoIdentity:
    """The caller of an AWS SDK with a Cognito identity; through API Gateway there is none."""

    cognito_identity_id: None = None
    cognito_identity_pool_id: None = None


_NO_IDENTITY = CognitoIdentity()


class LambdaContext:
    """One invocation; `left` tells the seconds until its end, `memory` is in megabytes. As of Lambda's own, its members
    are plain attributes: `vars` has them, and handlers may change and add some."""

    def __init__(
        self, aws_request_id: str, function_name: str, left: Callable[[], float], memory: int = LEAST_MEMORY
    ) -> None:
        region = os.environ.get("AWS_REGION", DEFAULT_REGION)
        self.aws_request_id = aws_request_id
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = log_stream_name(function_name)
        self.function_name = function_name
        # Text, as the runtime reads it from AWS_LAMBDA_FUNCTION_MEMORY_SIZE.
        self.memory_limit_in_mb = str(memory)
        self.function_version = _VERSION
        self.invoked_function_arn = f"arn:aws:lambda:{region}:{_ACCOUNT_ID}:function:{function_name}"
        self.tenant_id = None
        self.client_context = None
        self.identity = _NO_IDENTITY
        self._left = left

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation ends, at least 0."""
        return max(0, int(self._left() * 1000))

    def log(self, message: object) -> None:
        """Write a message to standard output, as it is. Source: AWS's runtime client."""
        sys.stdout.write(str(message))


def log_stream_name(function_name: str) -> str:
    """`2026/11/29/[$LATEST]` and 32 hexadecimal digits, the same for all invocations of a function on one day."""
    return _stream_of(function_name, time.strftime("%Y/%m/%d", time.gmtime()))


@lru_cache(maxsize=1024)
def _stream_of(function_name: str, day: str) -> str:
    return f"{day}/[{_VERSION}]{sha256(function_name.encode()).hexdigest()[:32]}"
