"""A choice between several values, and operations that every kind of value has."""

from collections.abc import Callable, Iterable

from ...diagnostics import Spot
from .values import Choice, Items, Known, Record, Scalar, Text, Unknown, Value

_MOST_OPTIONS = 64


def choice(values: Iterable[Value]) -> Value:
    """One value of several, flattened, without repeats."""
    found: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, Choice) else (value,):
            if option not in found or (isinstance(option, Known) and _is_new(option, found)):
                found.append(option)
    if len(found) > _MOST_OPTIONS:  # what is left out is not known to be like the others
        found = [Unknown("it may be too many things"), *found[: _MOST_OPTIONS - 1]]
    return found[0] if len(found) == 1 else Choice(tuple(found))


def _is_new(constant: Known, found: list[Value]) -> bool:
    """1 and True are equal, and two constants."""
    kind = type(constant.value)
    return not any(other == constant and isinstance(other, Known) and type(other.value) is kind for other in found)


def mapped(value: Choice, change: Callable[[Value], Value]) -> Value:
    """Each of the values changed."""
    return choice([change(option) for option in value.options])


def options(value: Value) -> tuple[Value, ...]:
    return value.options if isinstance(value, Choice) else (value,)


def parts(value: Value) -> list[Value]:
    """What a dict, a list or a choice holds; nothing of other values."""
    match value:
        case Record():
            own = [entry.value for entry in value.entries.values()]
            return [*own, *value.spreads, *([value.computed] if value.computed is not None else [])]
        case Items():
            return list(value.all())
        case Choice():
            return list(value.options)
        case _:
            return []


def elsewhere(why: Unknown, spot: Spot) -> Spot | None:
    """The place that a reason names, if another file has it."""
    return why.spot if why.spot is not None and why.spot.path not in ("", spot.path) else None


def as_data(value: Value) -> Value:
    """A constant that is data: of its type, and not what it happens to be."""
    match value:
        case Known(value=str()):
            return Text()
        case Known(value=bool() | int() | float() as number):
            return Scalar(type(number).__name__)
        case Choice():
            return mapped(value, as_data)
        case _:
            return value
