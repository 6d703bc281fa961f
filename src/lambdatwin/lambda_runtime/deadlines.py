"""Runs a handler within a time limit, and until its client disconnects."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

# Nearly every handler is quicker, also behind 64 others: a task for each, to wait for a client that stays, costs 60 us.
_UNWATCHED_SECONDS = 0.25


class Disconnected(Exception):
    """The client went away before it had its answer."""


class TimedOut(Exception):
    """The time limit passed; the handler was cancelled."""


class RuntimeExited(Exception):
    """The handler raised what ends the process in Lambda; the cause is that exception."""


async def in_own_task(handler: Awaitable[Any]) -> Any:
    """The result of a handler that runs in a task of its own: it may cancel what it takes for its own task.

    Raises `RuntimeExited`, and what else the handler raises.
    """
    return await asyncio.create_task(_guarded(handler))


async def _guarded(handler: Awaitable[Any]) -> Any:
    try:
        return await handler
    # Out of a task two of them end the event loop; the third one says that a coroutine is closed.
    except (KeyboardInterrupt, SystemExit, GeneratorExit) as error:
        raise RuntimeExited(type(error).__name__) from error


def countdown(seconds: float) -> Callable[[], float]:
    """Tells the seconds that are left of so many from now, on the event loop's clock."""
    clock = asyncio.get_running_loop().time
    ends = clock() + seconds
    return lambda: ends - clock()


async def run_within(seconds: float, handler: Awaitable[Any], receive: Callable[[], Awaitable[Any]]) -> Any:
    """The handler's result. `receive` is ASGI's, after the body; a handler that takes its time is cancelled when the
    client leaves.

    Raises `TimedOut`, and `Disconnected`. A cancellation from elsewhere passes through.
    """
    task, left = asyncio.current_task(), False
    watcher: asyncio.Task[None] | None = None

    async def wait_for_the_client_to_leave() -> None:
        nonlocal left
        # Of a server it is the only message that is left; a middleware may give the body again, at once and for ever.
        left = (await receive())["type"] == "http.disconnect"
        if left and task is not None:
            task.cancel()

    def watch() -> None:
        nonlocal watcher
        watcher = asyncio.create_task(wait_for_the_client_to_leave())

    timer = asyncio.get_running_loop().call_later(_UNWATCHED_SECONDS, watch)
    try:
        async with asyncio.timeout(seconds) as limit:
            return await handler
    except asyncio.CancelledError:
        if left and task is not None and task.uncancel() == 0:
            raise Disconnected from None
        raise
    except TimeoutError:
        # A handler's own TimeoutError is an exception like any other.
        if limit.expired():
            raise TimedOut from None
        raise
    finally:
        timer.cancel()
        if watcher is not None:
            watcher.cancel()
