"""How middleware is put around a handler, the same way in both runtimes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

import anyio

type Event = dict[str, Any]
type Handler = Callable[[Event, Any], Awaitable[Any]]


class Stage(IntEnum):
    """Where a middleware stands, from the outside to the handler; the order of arguments does not matter.

    Errors wrap authentication and the time limit, so that a stranger and a slow handler get the documented body too.
    """

    LOGGING = 1
    ERRORS = 2
    AUTHENTICATION = 3
    INNERMOST = 9


class Middleware(Protocol):
    """A layer around a handler; it calls `handler` and returns its result, or does something else."""

    @property
    def stage(self) -> Stage: ...

    async def __call__(self, handler: Handler, event: Event, context: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The decorator's arguments, left on `handler.__endpoint__` for another runtime to compose again.

    `handler` is what was decorated: where another decorator stands around this one, `__wrapped__` is not that.
    """

    name: str
    middlewares: tuple[Middleware, ...]
    timeout: float | None
    handler: Handler


def limited(handler: Handler, timeout: float) -> Handler:
    """The handler with at most `timeout` seconds; TimeoutError after that."""

    async def call(event: Event, context: Any) -> Any:
        with anyio.fail_after(timeout):
            return await handler(event, context)

    return call


def compose(
    handler: Handler,
    middlewares: Sequence[Middleware],
    timeout: float | None,
    limit: Callable[[Handler, float], Handler] = limited,
) -> Handler:
    """Put the time limit (seconds) directly around the handler, then the middleware by stage around that."""
    composed = handler if timeout is None else limit(handler, timeout)
    for middleware in sorted(middlewares, key=lambda one: one.stage, reverse=True):
        composed = _wrapped(middleware, composed)
    return composed


def _wrapped(middleware: Middleware, handler: Handler) -> Handler:
    # The call returns the middleware's own coroutine: a layer costs no frame beside its own.
    def call(event: Event, context: Any) -> Awaitable[Any]:
        return middleware(handler, event, context)

    return call
