"""A choice between several values, and operations that every kind of value has."""

from collections.abc import Callable, Iterable

from ...diagnostics import Spot
from . import values as v

_MOST_OPTIONS = 64


def choice(values: Iterable[v.Value]) -> v.Value:
    """One value of several, flattened, without repeats."""
    found: list[v.Value] = []
    for value in values:
        for option in value.options if isinstance(value, v.Choice) else (value,):
            if option not in found or (isinstance(option, v.Known) and _is_new(option, found)):
                found.append(option)
    if len(found) > _MOST_OPTIONS:  # what is left out is not known to be like the others
        found = [v.Unknown("it may be too many things"), *found[: _MOST_OPTIONS - 1]]
    return found[0] if len(found) == 1 else v.Choice(tuple(found))


def _is_new(constant: v.Known, found: list[v.Value]) -> bool:
    """1 and True are equal, and two constants."""
    kind = type(constant.value)
    return not any(other == constant and isinstance(other, v.Known) and type(other.value) is kind for other in found)


def mapped(value: v.Choice, change: Callable[[v.Value], v.Value]) -> v.Value:
    """Each of the values changed."""
    return choice([change(option) for option in value.options])


def options(value: v.Value) -> tuple[v.Value, ...]:
    return value.options if isinstance(value, v.Choice) else (value,)


def parts(value: v.Value) -> list[v.Value]:
    """What a dict, a list or a choice holds; nothing of other values."""
    match value:
        case v.Record():
            own = [entry.value for entry in value.entries.values()]
            return [*own, *value.spreads, *([value.computed] if value.computed is not None else [])]
        case v.Items():
            return list(value.all())
        case v.Choice():
            return list(value.options)
        case _:
            return []


def elsewhere(why: v.Unknown, spot: Spot) -> Spot | None:
    """The place that a reason names, if another file has it."""
    return why.spot if why.spot is not None and why.spot.path not in ("", spot.path) else None


def as_data(value: v.Value) -> v.Value:
    """A constant that is data: of its type, and not what it happens to be."""
    match value:
        case v.Known(value=str()):
            return v.Text()
        case v.Known(value=bool() | int() | float() as number):
            return v.Scalar(type(number).__name__)
        case v.Choice():
            return mapped(value, as_data)
        case _:
            return value
