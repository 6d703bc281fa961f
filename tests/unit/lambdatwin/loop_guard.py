"""Finds calls that hold the event loop: steps of more than 50 ms, time that other processes took not counted."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

LONGEST_STEP = 0.05
_SCHEDULER = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")


@dataclass(frozen=True, slots=True)
class LongStep:
    """A step of the loop that took too long."""

    seconds: float
    callback: str


@asynccontextmanager
async def guarded_loop(monkeypatch: pytest.MonkeyPatch, longest: float = LONGEST_STEP) -> AsyncIterator[list[LongStep]]:
    """Collect the long steps of the running loop inside the block."""
    found: list[LongStep] = []
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> Any:
        began, waited = time.perf_counter(), _waited()
        try:
            return run(handle)
        finally:
            # A thread that wants to run while others do is not to blame for that time.
            seconds = time.perf_counter() - began - (_waited() - waited)
            if seconds > longest:
                found.append(LongStep(seconds, repr(handle)))

    with monkeypatch.context() as patched:
        patched.setattr(asyncio.Handle, "_run", timed)
        # The step that runs began unseen, and the last one of the block must end before the guard leaves.
        await asyncio.sleep(0)
        yield found
        await asyncio.sleep(0)


def _waited() -> float:
    return int(_SCHEDULER.read_text().split()[1]) / 1e9
