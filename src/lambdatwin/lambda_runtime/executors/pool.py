"""The environments of an app: started on demand up to a limit, one event at a time each, replaced when they end."""

import asyncio
import marshal
from collections import deque
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..deadlines import TimedOut
from .environment import Call, Environment, EnvironmentEnded, Output
from .functions import Function, Group, grouped

_MEGABYTE = 1024 * 1024
# Seconds that an environment has before it ends for a group that has none: starting one costs a tenth of it and more.
_TURN = 0.5
# Seconds that one is idle before it ends for a group that has others.
_REST = 2.0


class TooBusy(Exception):
    """All environments are taken, and as many requests as may wait do."""


@dataclass(eq=False, slots=True)
class _Pool:
    """The environments of a group. `used` are the functions that were called: a new process imports them first."""

    group: Group
    starting: set[Environment] = field(default_factory=set)
    started: set[Environment] = field(default_factory=set)
    idle: list[Environment] = field(default_factory=list)
    waiting: deque[Call] = field(default_factory=deque)
    used: set[int] = field(default_factory=set)

    @property
    def starves(self) -> bool:
        """Whether requests wait and there is no environment that will ever take one."""
        return bool(self.waiting) and not self.starting and not self.started


class Environments:
    """Runs functions in worker processes: at most `limit` at a time, with at most `queue` requests that wait for one.

    An environment that holds more than `memory` megabytes is replaced after its answer. Nothing starts before the
    first event; only the event loop's thread touches it.
    """

    def __init__(
        self, functions: Iterable[Function], output: Output, *, limit: int = 8, queue: int = 256, memory: int = 1024
    ) -> None:
        self._output, self._limit, self._queue, self._memory = output, limit, queue, memory * _MEGABYTE
        self._pools = [_Pool(group) for group in grouped(functions)]
        self._places = {f: (pool, number) for pool in self._pools for number, f in enumerate(pool.group.functions)}
        self._all: dict[Environment, _Pool] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def groups(self) -> list[Group]:
        """Which functions share an environment."""
        return [pool.group for pool in self._pools]

    async def invoke(self, function: Function, event: Mapping[str, Any], request_id: str, limit: float) -> bytes:
        """The payload that the function's runtime posts; the function has at most `limit` seconds.

        Raises `TooBusy`, and what the answer of a `Call` raises. An event that has begun runs to its end, though the
        caller is cancelled.
        """
        pool, number = self._places[function]
        pool.used.add(number)
        loop = asyncio.get_running_loop()
        # A third of what JSON costs on both sides together; version 2 copies what stands in an event twice.
        call = Call(number, marshal.dumps(dict(event), 2), request_id, loop.time() + limit, loop.create_future())
        if pool.idle:
            pool.idle.pop().take(call)
        else:
            self._enqueue(pool, call)
        try:
            return await call.answer
        except asyncio.CancelledError:
            if call in pool.waiting:
                pool.waiting.remove(call)
            raise

    def open(self) -> None:
        """Take events again, after `close`."""
        self._closed = False

    async def close(self) -> None:
        """End all processes; an event that is still running has a second. Later ones are refused."""
        self._closed = True
        for pool in self._pools:
            while call := _first_waiting(pool):
                call.answer.set_exception(EnvironmentEnded("the server stops"))
        for environment in list(self._all):
            environment.retire()
        while self._tasks:
            await asyncio.gather(*self._tasks)

    # What environments call.

    def is_free(self, environment: Environment) -> None:
        """Give it to the request that has waited for longest; at the limit end it for a group that has none at all."""
        pool = self._all[environment]
        pool.starting.discard(environment)
        pool.started.add(environment)
        if len(self._all) >= self._limit and environment.age > _TURN and any(other.starves for other in self._pools):
            environment.retire()
        elif call := _first_waiting(pool):
            environment.take(call)
        else:
            pool.idle.append(environment)
            self._grow()

    def has_ended(self, environment: Environment) -> None:
        """Replace it. One that ended before its first event is not, unless a request waits: that might never end."""
        pool = self._all.pop(environment)
        self._run(environment.collect())
        if environment in pool.idle:
            pool.idle.remove(environment)
        pool.started.discard(environment)
        if environment in pool.starting:
            pool.starting.discard(environment)
            # An import ends the process. The next one imports nothing before the event of the function that does it.
            pool.used.clear()
        elif not self._closed and not environment.retired and not pool.starting:
            self._start(pool)
        self._grow()

    def _enqueue(self, pool: _Pool, call: Call) -> None:
        if self._closed:
            raise EnvironmentEnded("the server has stopped")
        if sum(len(one.waiting) for one in self._pools) >= self._queue:
            raise TooBusy
        pool.waiting.append(call)
        self._grow()

    def _grow(self) -> None:
        """Start environments for requests that wait, first for those of groups that have none.

        At the limit an idle environment of another group ends for it.
        """
        for pool in sorted((pool for pool in self._pools if pool.waiting), key=lambda pool: not pool.starves):
            while not self._closed and len(pool.starting) < len(pool.waiting):
                if len(self._all) < self._limit:
                    self._start(pool)
                elif not self._make_room(pool):
                    break

    def _make_room(self, pool: _Pool) -> bool:
        """End an idle environment of another group; whether there was one. Groups that are both busy take none from
        each other: starting one costs more than many events."""
        idle = [other.idle[0] for other in self._pools if other is not pool and other.idle]
        spare = [one for one in idle if pool.starves or one.rest > _REST]
        if spare:
            spare[0].retire()
        return bool(spare)

    def _start(self, pool: _Pool) -> None:
        environment = Environment(pool.group, self.is_free, self.has_ended, self._output)
        try:
            environment.spawn(pool.group.functions[min(pool.used, default=0)])
        except OSError as error:
            if call := _first_waiting(pool):
                call.answer.set_exception(EnvironmentEnded(f"no process can be started: {error}"))
            return
        self._all[environment] = pool
        pool.starting.add(environment)
        self._run(environment.connect(frozenset(pool.used), self._memory))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _first_waiting(pool: _Pool) -> Call | None:
    """Takes the request that has waited for longest out of the queue, without those that wait no more, or too long."""
    while pool.waiting:
        call = pool.waiting.popleft()
        if call.answer.done():
            continue
        if call.ends > asyncio.get_running_loop().time():
            return call
        call.answer.set_exception(TimedOut())
    return None
