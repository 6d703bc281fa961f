"""A choice between several values, and operations that every kind of value has."""

from collections.abc import Callable, Iterable
from dataclasses import replace

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


def made_of(*values: v.Value) -> frozenset[str]:
    """The parts of the client's body that values are or hold, or are made of; `address.street` for a part of a part."""
    found: set[str] = set()
    waiting, seen = list(values), set[v.Value]()
    while waiting:
        one = waiting.pop()
        match one:
            case v.Body(key=str(key)):
                found.add(key)
            case v.Text(made_of=of) | v.Scalar(made_of=of) | v.Unknown(made_of=of):
                found |= of
            case v.Record() | v.Items() | v.Pending() if one not in seen:
                seen.add(one)
                waiting += parts(one) if not isinstance(one, v.Pending) else [one.callee, *one.arguments.all()]
            case v.Choice():
                waiting += one.options
            case v.Member(base=inner) | v.Indexed(base=inner) | v.Item(base=inner):
                waiting.append(inner)
            case v.Json(value=inner) | v.Typed(value=inner):
                waiting.append(inner)
    return frozenset(found)


def made_from(value: v.Value, *sources: v.Value) -> v.Value:
    """What code makes of some values, with the parts of the client's body among them."""
    if isinstance(value, v.Choice):
        return mapped(value, lambda option: made_from(option, *sources))
    if not isinstance(value, v.Text | v.Scalar | v.Unknown):
        return value
    found = made_of(*sources)
    return replace(value, made_of=value.made_of | found) if found else value


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
