"""Rules that value objects and entities share; each raises `BadValue`, whose message names the field."""

from math import inf

from src.contexts.shared_kernel.domain.errors import BadValue


def require_text(field: str, value: str | None) -> None:
    """A text with at least one character that is no space; None is no value and passes."""
    if value is not None and not value.strip():
        raise BadValue(f"{field} must not be empty.")


def require_length(field: str, value: str, most: int) -> None:
    """A text of 1 to `most` characters."""
    if not 1 <= len(value) <= most:
        raise BadValue(f"{field} must have 1 to {most} characters.")


def require_between(field: str, value: float | None, least: float, most: float = inf) -> None:
    """A finite number from `least` to `most`; None is no value and passes."""
    if value is not None and not (least <= value <= most and abs(value) != inf):
        limit = f"between {least:g} and {most:g}" if most != inf else f"at least {least:g}"
        raise BadValue(f"{field} must be a number {limit}.")


def require_positive(field: str, value: float | None) -> None:
    """A finite number over zero; None is no value and passes."""
    if value is not None and not 0 < value < inf:
        raise BadValue(f"{field} must be a number over 0.")
