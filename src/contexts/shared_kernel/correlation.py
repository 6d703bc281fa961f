"""The correlation id of the request that the current task serves."""

from contextvars import ContextVar
from typing import Any

from src.contexts.shared_kernel.sources import new_id

_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


def correlation_id() -> str:
    """The id set for this task, or an empty string outside a request."""
    return _correlation_id.get()


def set_correlation_id(value: str) -> None:
    """Make `value` the correlation id of the current task and of what it starts."""
    _correlation_id.set(value)


def generate_correlation_id(event: Any = None, context: Any = None) -> str:
    """Set and return the id under which a Lambda invocation is logged.

    API Gateway's request id when the event has one, so that the gateway's log and ours meet; else the id of the
    invocation; else a new one.
    """
    value = _gateway_request_id(event) or getattr(context, "aws_request_id", None) or new_id()
    set_correlation_id(str(value))
    return str(value)


def _gateway_request_id(event: Any) -> str | None:
    request_context = event.get("requestContext") if isinstance(event, dict) else None
    value = request_context.get("requestId") if isinstance(request_context, dict) else None
    return value if isinstance(value, str) and value else None
