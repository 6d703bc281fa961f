"""Cancel a handler whose client went away, so that its unit of work rolls back.

Watching costs a task, so it begins only when a handler has taken longer than `PATIENCE`: most never get there.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from src.runtimes.fastapi.reading import Disconnected

PATIENCE = 0.1


class _Watch:
    __slots__ = ("_handler", "_receive", "_watcher", "client_left")

    def __init__(self, handler: asyncio.Task[Any], receive: Any) -> None:
        self._handler = handler
        self._receive = receive
        self._watcher: asyncio.Task[None] | None = None
        self.client_left = False

    def begin(self) -> None:
        self._watcher = asyncio.get_running_loop().create_task(self._wait())

    def end(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.client_left = True
        self._handler.cancel()


@contextmanager
def cancel_on_disconnect(receive: Any) -> Iterator[None]:
    """Raise `Disconnected` out of the block when the client leaves; any other cancellation passes through."""
    handler = asyncio.current_task()
    if handler is None:
        raise RuntimeError("a handler runs in a task")
    watch = _Watch(handler, receive)
    timer = asyncio.get_running_loop().call_later(PATIENCE, watch.begin)
    try:
        yield
    except asyncio.CancelledError:
        if not watch.client_left:
            raise
        handler.uncancel()
        raise Disconnected from None
    finally:
        timer.cancel()
        watch.end()
