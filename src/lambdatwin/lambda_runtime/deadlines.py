"""One running handler under watch: its time limits, and whether its client still waits.

A timer costs as much as a small handler's own work. Most handlers are done within `PATIENCE` and get none: the rounds,
one timer for all of them, find those that are not. Only then the client is watched and the limits are waited for. A
shorter limit has a timer at once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from enum import Enum
from math import inf
from typing import Any

from .context import deadline_of

type Event = dict[str, Any]
type Handler = Callable[[Event, Any], Awaitable[Any]]
PATIENCE = 0.1


class Cause(Enum):
    """Why a handler was cancelled."""

    HANDLERS_LIMIT = "the decorator's time limit"
    GATEWAYS_LIMIT = "the gateway's time limit"
    CLIENT_LEFT = "the client went away"


class Rounds:
    """Finds the handlers that run for longer than `PATIENCE`, within twice that time. One event loop at a time."""

    __slots__ = ("_loop", "_timer", "_young")

    def __init__(self) -> None:
        self._young: dict[Watch, None] = {}  # in the order in which they began
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self, watch: "Watch", loop: asyncio.AbstractEventLoop) -> None:
        """Look after this one too."""
        self._young[watch] = None
        if self._timer is None or self._loop is not loop:
            self._loop, self._timer = loop, loop.call_later(PATIENCE, self._go, loop, context=Context())

    def end(self, watch: "Watch") -> None:
        """This one is done, or looks after itself."""
        self._young.pop(watch, None)

    def _go(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        for watch in list(self._young):
            if not watch.grows_old(now):
                break
            del self._young[watch]
        if self._young:
            self._timer = loop.call_later(PATIENCE, self._go, loop, context=Context())


class Watch:
    """Cancels the current task with a `cause`; `end` must be called when the handler is done."""

    __slots__ = (
        "_begun",
        "_end",
        "_handlers_end",
        "_loop",
        "_receive",
        "_rings_at",
        "_rounds",
        "_task",
        "_timer",
        "_watcher",
        "cause",
    )

    def __init__(self, receive: Any, seconds: float, rounds: Rounds) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task(self._loop)
        self._receive = receive
        self._rounds = rounds
        self._watcher: asyncio.Task[None] | None = None
        self.cause: Cause | None = None
        self._begun = self._loop.time()
        self._end = self._begun + seconds
        self._handlers_end = inf
        self._rings_at = self._begun + 2 * PATIENCE
        self._timer: asyncio.TimerHandle | None = None
        rounds.begin(self, self._loop)
        if self._end < self._rings_at:
            self._arm(self._end)

    def grows_old(self, now: float) -> bool:
        """From now on it looks after itself; False when it is too young for that."""
        if now < self._begun + PATIENCE:
            return False
        if self._timer is None:
            self._ring()
        return True

    def left(self) -> float:
        """Seconds until the gateway gives up."""
        return self._end - self._loop.time()

    def limit(self, seconds: float) -> None:
        """From now on the handler has this much time."""
        self._handlers_end = self._loop.time() + seconds
        if self._handlers_end < self._rings_at:
            self._arm(self._handlers_end)

    def unlimit(self) -> bool:
        """The handler is done; whether it was stopped by its limit, and by nothing else."""
        self._handlers_end = inf
        return self.takes(Cause.HANDLERS_LIMIT)

    def takes(self, cause: Cause) -> bool:
        """Whether this cause cancelled the task; the cancellation then counts as dealt with, if it was the only one."""
        if self.cause is not cause or self._task is None:
            return False
        self.cause = None
        return self._task.uncancel() == 0

    def end(self) -> None:
        """Stop watching."""
        self._rounds.end(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def _ring(self) -> None:
        now = self._loop.time()
        if self._watcher is None and now >= self._begun + PATIENCE:
            self._watcher = self._loop.create_task(self._wait_for_the_client_to_leave())
        if now >= self._end:
            self._cancel(Cause.GATEWAYS_LIMIT)
            return
        if now >= self._handlers_end:
            self._handlers_end = inf
            self._cancel(Cause.HANDLERS_LIMIT)
        patience_ends = self._begun + PATIENCE if self._watcher is None else inf
        self._arm(min(self._handlers_end, self._end, patience_ends))

    def _arm(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = at
        self._timer = self._loop.call_at(at, self._ring)

    def _cancel(self, cause: Cause) -> None:
        if self._task is None:
            return
        if self.cause is not None:
            # The clean-up after the first cause takes too long: the second one goes on in its place.
            self._task.uncancel()
        self.cause = cause
        self._task.cancel()

    async def _wait_for_the_client_to_leave(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._cancel(Cause.CLIENT_LEFT)


def limited_by_watch(handler: Handler, timeout: float) -> Handler:
    """The decorator's time limit as a deadline of the request's watch; TimeoutError when it passes."""

    async def call(event: Event, context: Any) -> Any:
        watch = deadline_of(context)
        if not isinstance(watch, Watch):
            async with asyncio.timeout(timeout):
                return await handler(event, context)
        watch.limit(timeout)
        try:
            result = await handler(event, context)
        except asyncio.CancelledError:
            if watch.unlimit():
                raise TimeoutError from None
            raise
        except BaseException:
            watch.unlimit()
            raise
        watch.unlimit()
        return result

    return call
