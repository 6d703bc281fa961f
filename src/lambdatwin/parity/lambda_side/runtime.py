"""A handler invoked by AWS's own runtime client, in this process: `awslambdaric` reads the event, calls the handler,
marshals what it returns. Only the HTTP to the Lambda service is left out."""

import contextvars
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

_EXECUTION_ENVIRONMENT = "AWS_Lambda_python3.12"
_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:local"


@dataclass(slots=True)
class _Posted:
    """The Lambda service's end: keeps what the runtime client posts. `error` is a report instead of a result."""

    marshaller: Any
    payload: bytes | None = None
    error: str | None = None

    def post_invocation_result(self, invoke_id: str, result: Any, content_type: str, invocation_id: Any = None) -> None:
        self.payload = result if isinstance(result, bytes) else result.encode("utf-8")

    def post_invocation_error(self, invoke_id: str, error: str, xray_fault: str, invocation_id: Any = None) -> None:
        self.error = error


@dataclass(slots=True)
class _LogSink:
    lines: list[str] = field(default_factory=list)

    def log_error(self, message_lines: list[str]) -> None:
        self.lines.extend(message_lines)


@dataclass(frozen=True, slots=True)
class Invocation:
    """`payload` is None where the invocation ended in an error; then `error` says which."""

    payload: bytes | None
    error: str | None


def handler_of(module: str) -> Callable[[Any, Any], Any]:
    """The module's entry. Raises ImportError or AttributeError, as Lambda would at its start."""
    entry: Callable[[Any, Any], Any] = importlib.import_module(module).lambda_handler
    return entry


def invoke(handler: Callable[[Any, Any], Any], event: dict[str, Any], request_id: str, timeout: float) -> Invocation:
    """One invocation. The event crosses as JSON, so that a handler sees what Lambda would give it, and nothing more."""
    bootstrap, marshaller = _runtime_client()
    posted = _Posted(marshaller)
    deadline = int((time.time() + timeout) * 1000)
    run = partial(
        bootstrap.handle_event_request,
        posted,
        handler,
        request_id,
        json.dumps(event).encode(),
        "application/json",
        None,  # client context
        None,  # Cognito identity of the caller
        _ARN,
        deadline,
        None,  # tenant
        _LogSink(),
    )
    try:
        # In a context of its own: what the handler puts into context variables must not reach the next invocation.
        contextvars.copy_context().run(run)
    except ValueError as error:  # text that has no UTF-8 form can't be posted: the runtime crashes there
        return Invocation(None, f"Runtime.ExitError: {error}")
    return Invocation(posted.payload if posted.error is None else None, posted.error)


def _runtime_client() -> tuple[Any, Any]:
    """The module reads its environment when it is imported, so it is imported here and not above."""
    os.environ["AWS_EXECUTION_ENV"] = _EXECUTION_ENVIRONMENT
    if "awslambdaric.bootstrap" not in sys.modules:
        importlib.import_module("awslambdaric.bootstrap")
    marshalling = importlib.import_module("awslambdaric.lambda_runtime_marshaller")
    return sys.modules["awslambdaric.bootstrap"], marshalling.LambdaMarshaller()
