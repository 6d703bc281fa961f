"""From what a query string says to values that a column can be compared with."""

import math
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from src.contexts.shared_kernel.domain.errors import ValidationFailed

MAX_VALUES = 100
MAX_TEXT = 1000
_INT_RANGE = range(-(2**31), 2**31)
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})

type Parse = Callable[[str, object], object]


def refused(name: str, message: str) -> ValidationFailed:
    """The error for a filter that can't be applied."""
    return ValidationFailed.of(name, "invalid_filter", message)


def values_of(name: str, raw: object) -> list[object]:
    """The single values: `a|b|c` is a list, and so is a key that was sent several times."""
    items = list(raw) if isinstance(raw, list | tuple | set | frozenset) else [raw]
    values = [part for item in items for part in (item.split("|") if isinstance(item, str) else [item])]
    if not values or len(values) > MAX_VALUES:
        raise refused(name, f"Give between 1 and {MAX_VALUES} values.")
    return values


def text(name: str, value: object) -> str:
    """Text that PostgreSQL can take: not too long, no NUL, no half of a surrogate pair."""
    if not isinstance(value, str):
        raise refused(name, "The value must be text.")
    if len(value) > MAX_TEXT:
        raise refused(name, f"The value is longer than {MAX_TEXT} characters.")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise refused(name, "The value has a character that can't be stored.")
    return value


def uuid_text(name: str, value: object) -> str:
    """The id in its canonical form."""
    try:
        return str(uuid.UUID(text(name, value)))
    except ValueError as error:
        raise refused(name, "The value must be a UUID.") from error


def integer(name: str, value: object) -> int:
    """A 32 bit integer."""
    try:
        number = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or number not in _INT_RANGE:
        raise refused(name, "The value must be an integer between -2147483648 and 2147483647.")
    return number


def number(name: str, value: object) -> float:
    """A finite number."""
    try:
        found = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise refused(name, "The value must be a finite number.")
    return found


def boolean(name: str, value: object) -> bool:
    """true or false."""
    folded = str(value).lower()
    if folded not in _TRUE | _FALSE:
        raise refused(name, "The value must be true or false.")
    return folded in _TRUE


def moment(name: str, value: object) -> datetime:
    """A point in time; without a zone it is UTC."""
    try:
        parsed = value if isinstance(value, datetime) else datetime.fromisoformat(text(name, value))
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise refused(name, "The value must be a date and time in ISO 8601.") from error
