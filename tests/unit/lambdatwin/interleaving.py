"""A race detector: it runs threads one line at a time, and tasks one await at a time, in an order drawn from a seed.

A race needs one particular order, which chance finds rarely and a second run not at all. Here every line of the code
under test is a barrier: all threads wait there, and the seed says who goes on. The same seed gives the same order.
"""

import asyncio
import random
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from types import CodeType, FrameType
from typing import Any

_BLOCKED_AFTER = 0.005  # seconds: a thread that does not come back waits for a lock that another one holds


class Threads:
    """Runs bodies in threads, of which one at a time executes the watched code."""

    def __init__(self, seed: int, *watched: object) -> None:
        self._random = random.Random(seed)
        self._files = {_file(one) for one in watched}
        self._turns: dict[int, threading.Event] = {}
        self._waiting: set[int] = set()
        self._condition = threading.Condition()
        self.errors: list[BaseException] = []

    def run(self, *bodies: Callable[[], object]) -> list[BaseException]:
        """Run all bodies to their end; returns what they raised."""
        threads = [threading.Thread(target=self._body, args=(number, body)) for number, body in enumerate(bodies)]
        alive = set(range(len(threads)))
        for number, thread in enumerate(threads):
            self._turns[number] = threading.Event()
            thread.start()
        while alive:
            with self._condition:
                self._condition.wait_for(lambda: bool(self._waiting), _BLOCKED_AFTER)
                chosen = self._random.choice(sorted(self._waiting)) if self._waiting else None
                if chosen is not None:
                    self._waiting.discard(chosen)
                    self._turns[chosen].set()
                    self._condition.wait_for(lambda one=chosen: one in self._waiting, _BLOCKED_AFTER)  # type: ignore[misc]
            alive = {number for number in alive if threads[number].is_alive()}
        return self.errors

    def _body(self, number: int, body: Callable[[], object]) -> None:
        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            if frame.f_code.co_filename not in self._files:
                return None
            if event == "line":
                self._barrier(number)
            return trace

        sys.settrace(trace)
        try:
            body()
        except BaseException as error:  # whatever a body raises is a finding, and the thread ends anyway
            self.errors.append(error)
        finally:
            sys.settrace(None)

    def _barrier(self, number: int) -> None:
        with self._condition:
            self._waiting.add(number)
            self._condition.notify_all()
        self._turns[number].wait()
        self._turns[number].clear()


class Tasks:
    """Runs bodies as tasks; `await point()` is a barrier, and the seed says who passes it next."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._waiting: list[asyncio.Future[None]] = []

    async def point(self) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        await waiting

    async def run(self, *bodies: Awaitable[object]) -> list[object]:
        """What the bodies returned or raised."""
        everything = asyncio.gather(*bodies, return_exceptions=True)
        while not everything.done():
            await asyncio.sleep(0)
            if self._waiting:
                self._waiting.pop(self._random.randrange(len(self._waiting))).set_result(None)
        return list(await everything)


def first_fault(check: Callable[[int], Sequence[object]], seeds: int) -> int | None:
    """The first seed under which the check finds a fault."""
    return next((seed for seed in range(seeds) if check(seed)), None)


def _file(one: object) -> str:
    function = next((value for value in vars(one).values() if hasattr(value, "__code__")), one)
    code: CodeType = function.__code__  # type: ignore[attr-defined]
    return code.co_filename
