"""One value of several: made, joined and looked into."""

from collections.abc import Callable

from .values import UNKNOWN, Choice, Known, Value

_MOST_OPTIONS = 64


def choice(values: list[Value]) -> Value:
    """One value of several, flattened, without repeats."""
    found: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, Choice) else (value,):
            if option not in found or (isinstance(option, Known) and _is_new(option, found)):
                found.append(option)
    if not found:
        return UNKNOWN
    if len(found) > _MOST_OPTIONS:  # what is left out is not known to be like the others
        found = [UNKNOWN, *found[: _MOST_OPTIONS - 1]]
    return found[0] if len(found) == 1 else Choice(tuple(found))


def _is_new(constant: Known, found: list[Value]) -> bool:
    """1 and True are equal, and two constants."""
    kind = type(constant.value)
    return not any(other == constant and isinstance(other, Known) and type(other.value) is kind for other in found)


def forked(ways: list[Value], at: int) -> Value:
    """The values of the branches that meet at a numbered place."""
    made = choice(ways)
    told = at and isinstance(made, Choice) and sum(map(_ways, ways)) <= _MOST_OPTIONS
    return Choice(made.options, at, tuple(ways)) if told and isinstance(made, Choice) else made


def _ways(value: Value) -> int:
    return sum(map(_ways, value.ways)) if isinstance(value, Choice) and value.ways else 1


def mapped(value: Choice, change: Callable[[Value], Value]) -> Value:
    """Each of the values changed; those of branches stay those of branches."""
    if not value.ways:
        return choice([change(option) for option in value.options])
    made = {id(way): change(way) for way in {id(way): way for way in value.ways}.values()}
    return forked([made[id(way)] for way in value.ways], value.at)


def options(value: Value) -> tuple[Value, ...]:
    return value.options if isinstance(value, Choice) else (value,)
