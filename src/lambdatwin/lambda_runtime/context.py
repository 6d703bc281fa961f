"""The context object, a handler's second argument in Lambda. Source: AWS, "Using the Lambda context object to retrieve
Python function information"."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
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


class LambdaContext:
    """One invocation; `left` tells the seconds until its end, `memory` is in megabytes. Like Lambda's own it takes
    attributes of handlers."""

    function_version = _VERSION
    client_context = None
    identity = CognitoIdentity()
    tenant_id = None

    def __init__(
        self, aws_request_id: str, function_name: str, left: Callable[[], float], memory: int = LEAST_MEMORY
    ) -> None:
        self.aws_request_id = aws_request_id
        self.function_name = function_name
        # Text, as the runtime reads it from AWS_LAMBDA_FUNCTION_MEMORY_SIZE.
        self.memory_limit_in_mb = str(memory)
        self._left = left

    @property
    def invoked_function_arn(self) -> str:
        """The function's name in AWS, in the region that its AWS_REGION says."""
        region = os.environ.get("AWS_REGION", DEFAULT_REGION)
        return f"arn:aws:lambda:{region}:{_ACCOUNT_ID}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        return log_stream_name(self.function_name)

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation ends, at least 0."""
        return max(0, int(self._left() * 1000))

    def log(self, message: object) -> None:
        """Write a message to standard output, as it is. Source: AWS's runtime client."""
        sys.stdout.write(str(message))


def log_stream_name(function_name: str) -> str:
    """`2026/11/29/[$LATEST]` and 32 hexadecimal digits, the same for all invocations of a function on one day."""
    environment = sha256(function_name.encode()).hexdigest()[:32]
    return f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{_VERSION}]{environment}"
