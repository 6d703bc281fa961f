"""Large bodies, one after the other: reading one holds the event loop for some ten milliseconds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

# In characters. The body of a person who fills in a form is far smaller.
_LARGE = 50_000
# What comes in meanwhile takes several rounds of the loop, each of which the next large body would make long.
_PAUSE_SECONDS = 0.01

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def is_large(body: Any) -> bool:
    """Whether a body has to wait for its turn."""
    return isinstance(body, str) and len(body) > _LARGE


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """The block runs when no other does, in the order of arrival, and other requests get in between."""
    loop = asyncio.get_running_loop()
    lock = _turns.setdefault(loop, asyncio.Lock())
    await lock.acquire()
    try:
        yield
    finally:
        loop.call_later(_PAUSE_SECONDS, lock.release)
