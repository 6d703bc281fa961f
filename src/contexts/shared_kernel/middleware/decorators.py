"""The decorator of every Lambda handler."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from src.contexts.shared_kernel.middleware.composition import Endpoint, Event, Handler, Middleware, compose


def async_endpoint_handler(
    *middlewares: Middleware, timeout: float | None = 30.0, name: str | None = None
) -> Callable[[Handler], Handler]:
    """Run the handler inside the middleware, for at most `timeout` seconds (408 after that).

    The arguments stay readable on `handler.__endpoint__`.
    """

    def decorate(handler: Handler) -> Handler:
        composed = compose(handler, middlewares, timeout)

        @wraps(handler)
        def endpoint(event: Event, context: Any) -> Awaitable[Any]:
            return composed(event, context)

        arguments = Endpoint(name or str(getattr(handler, "__name__", "handler")), middlewares, timeout, handler)
        endpoint.__endpoint__ = arguments  # type: ignore[attr-defined]
        return endpoint

    return decorate
