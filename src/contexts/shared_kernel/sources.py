"""The one clock and the one id source of the backend.

Every context takes the time and new ids from here, so that a test, or a comparison of two runtimes, can put
known ones in their place with `use_sources`.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

type Clock = Callable[[], datetime]
type IdSource = Callable[[], str]


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _random_id() -> str:
    return str(uuid.uuid4())


@dataclass(slots=True)
class _Sources:
    clock: Clock
    ids: IdSource


_sources = _Sources(_system_clock, _random_id)


def utc_now() -> datetime:
    """The current time, aware, in UTC."""
    return _sources.clock()


def new_id() -> str:
    """A new UUID version 4 as text."""
    return _sources.ids()


@contextmanager
def use_sources(clock: Clock | None = None, ids: IdSource | None = None) -> Iterator[None]:
    """Replace the clock, the id source or both in the whole process while the block runs."""
    before = (_sources.clock, _sources.ids)
    _sources.clock, _sources.ids = clock or before[0], ids or before[1]
    try:
        yield
    finally:
        _sources.clock, _sources.ids = before
