"""The one clock and the one id source of the backend.

Every context takes the time and new ids from here, so that a test, or a comparison of two runtimes, can put
known ones in their place with `use_sources`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

type Clock = Callable[[], datetime]
type IdSource = Callable[[], str]


def _system_clock() -> datetime:
    return datetime.now(UTC)


class _RandomIds:
    """`str(uuid.uuid4())` at a fifth of its cost, since every request takes one: randomness is read for many at once.

    A forked process must not go on with what its parent has read, so it starts with none.
    """

    def __init__(self) -> None:
        self._unused: list[str] = []
        self._forks_known = False

    def __call__(self) -> str:
        try:
            digits = self._unused.pop()
        except IndexError:
            digits = self._read()
        variant = _VARIANTS[digits[16]]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def _read(self) -> str:
        if not self._forks_known:
            os.register_at_fork(after_in_child=lambda: self._unused.clear())
            self._forks_known = True
        digits = os.urandom(16 * _IDS_AT_ONCE).hex()
        parts = [digits[at : at + 32] for at in range(0, len(digits), 32)]
        last = parts.pop()
        # Another thread may have read too: both parts are used, each once.
        self._unused.extend(parts)
        return last


_IDS_AT_ONCE = 128
# The two highest bits of the digit are 10, the others random.
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


@dataclass(slots=True)
class _Sources:
    clock: Clock
    ids: IdSource


_sources = _Sources(_system_clock, _RandomIds())


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
