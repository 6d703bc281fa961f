"""Changes of entities as dataclasses, in which a field may be left alone.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class MealChanges:
        name: Change[str] = KEEP
        notes: Change[str | None] = KEEP

    self.notes = changed(changes.notes, self.notes)

A misspelt field is an error for the type checker, and a `TypeError` at run time.
"""

from enum import Enum


class Keep(Enum):
    """The value of a field that stays as it is; None is a new value like any other."""

    KEEP = "keep"


KEEP = Keep.KEEP

type Change[T] = T | Keep


def changed[T](change: T | Keep, present: T) -> T:
    """The new value, or the present one where the change keeps it."""
    return present if isinstance(change, Keep) else change
