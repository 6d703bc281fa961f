"""Effects of a branch on names, dicts and lists: rolled back at its end, then joined with those of the other branches.

A *level* is a block that may or may not run. It keeps the state that each value had before the block changed it; its
*end* is the state of the same values afterwards. What the block itself made needs neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, assert_never

from . import values as v
from .choices import as_data, choice, options, parts

type End = dict[int, tuple[v.Mutable, Any]]
_MOST_FAULTS = 64


@dataclass(eq=False, slots=True)
class Watch:
    """Ends of a block that may be left in the middle: by an exception after each statement, or by a jump."""

    level: int
    ends: list[End] = field(default_factory=list)
    version: int = -1


@dataclass(eq=False, slots=True)
class Branches:
    """The levels that are open; `clock` tells apart what is older than a level, `version` counts changes."""

    levels: list[tuple[int, End]] = field(default_factory=list)
    faults: list[Watch] = field(default_factory=list)
    loops: list[Watch] = field(default_factory=list)
    version: int = 0

    def touch(self, value: v.Mutable) -> None:
        """Keeps a value's state before the innermost level changes it."""
        self.version += 1
        if self.levels:
            mark, before = self.levels[-1]
            if value.born <= mark and id(value) not in before:
                before[id(value)] = (value, state_of(value))

    def apart[T](self, run: Callable[[], T]) -> tuple[T, End]:
        """Runs a block as a level of its own: its result, and its end, with all that it changed as it was before."""
        self.levels.append((v.born(), {}))
        try:
            result = run()
        finally:
            _, before = self.levels.pop()
            end: End = {key: (value, state_of(value)) for key, (value, _) in before.items()}
            for value, state in before.values():
                restore(value, state)
        return result, end

    def alone[T](self, run: Callable[[], T]) -> T:
        """Runs what is asked for later than the code would: nothing of what it changes counts."""
        faults, loops = self.faults, self.loops
        self.faults, self.loops = [], []
        try:
            return self.apart(run)[0]
        finally:
            self.faults, self.loops = faults, loops

    def maybe[T](self, run: Callable[[], T]) -> T:
        """Runs what may not run at all."""
        result, end = self.apart(run)
        self.join([{}, end])
        return result

    def either(self, *runs: Callable[[], v.Value]) -> v.Value:
        """One of several expressions."""
        ran = [self.apart(run) for run in runs]
        self.join([end for _, end in ran])
        return choice([value for value, _ in ran])

    def on_each[T](self, value: v.Value, change: Callable[[v.Value], T]) -> list[T]:
        """Changes what a value is, where it is one of several dicts or lists only one of them."""
        several = sum(isinstance(option, v.Record | v.Items) for option in options(value)) > 1
        runs = [partial(change, option) for option in options(value)]
        return [self.maybe(run) if several else run() for run in runs]

    def here(self, level: int) -> End:
        """The end that the level has if it is left now."""
        mark = self.levels[level][0]
        touched = {key: value for _, before in self.levels[level:] for key, (value, _) in before.items()}
        return {key: (value, state_of(value)) for key, value in touched.items() if value.born <= mark}

    def goes_round(self, scope: v.Scope) -> bool:
        """Whether the names of a scope are handed on from one round of a loop to the next."""
        return bool(self.loops) and scope.born <= self.levels[self.loops[-1].level][0]

    def may_fail(self) -> None:
        """Notes, for each `try` around, that an exception may come next."""
        for watch in self.faults:
            if watch.version != self.version and len(watch.ends) < _MOST_FAULTS:
                watch.version = self.version
                watch.ends.append(self.here(watch.level))

    def join(self, ends: list[End]) -> None:
        """Goes on with what all of these ends may have left behind."""
        touched = {key: value for end in ends for key, (value, _) in end.items()}
        for key, value in touched.items():
            self.touch(value)
            states = [end[key][1] if key in end else state_of(value) for end in ends]
            restore(value, joined(value, states))


def state_of(value: v.Mutable) -> Any:
    match value:
        case v.Body():
            return dict(value.supplied)
        case v.Record():
            return dict(value.entries), value.spreads, value.computed, value.removed
        case v.Items():
            return list(value.known), value.rest
        case v.Use():
            return set(value.overwritten)
        case v.Scope():
            return dict(value.names)
        case v.Way():
            return dict(value.kinds), value.has_body, value.asks_for_body
    assert_never(value)


def restore(value: v.Mutable, state: Any) -> None:
    match value:
        case v.Body():
            value.supplied = dict(state)
        case v.Record():
            entries, value.spreads, value.computed, value.removed = state
            value.entries = dict(entries)
        case v.Items():
            value.known, value.rest = list(state[0]), state[1]
        case v.Use():
            value.overwritten = set(state)
        case v.Scope():
            value.names = dict(state)
        case v.Way():
            kinds, value.has_body, value.asks_for_body = state
            value.kinds = dict(kinds)
        case _:
            assert_never(value)


def joined(value: v.Mutable, states: list[Any]) -> Any:
    """The state of a value that was left in one of several states."""
    match value:
        case v.Body():
            return _of_all(states)
        case v.Way():
            kinds, has_body, asks_for_body = zip(*states, strict=True)
            return _of_all(list(kinds)), all(has_body), any(asks_for_body)
        case v.Use():
            return set.intersection(*states)
        case v.Record():
            return _joined_records(states)
        case v.Items():
            return _joined_items(states)
        case v.Scope():
            names = dict.fromkeys(name for state in states for name in state)
            return {name: choice([state[name] for state in states if name in state]) for name in names}
    assert_never(value)


def _of_all(states: list[dict[str, Any]]) -> dict[str, Any]:
    """What happens on one way only does not count for all."""
    first, *others = states
    return {name: given for name, given in first.items() if all(name in other for other in others)}


def _joined_records(states: list[Any]) -> Any:
    """A key that some of the states lack may be missing."""
    entries: dict[str, v.Entry] = {}
    for name in dict.fromkeys(name for state in states for name in state[0]):
        found = [state[0][name] for state in states if name in state[0]]
        optional = len(found) < len(states) or any(entry.optional for entry in found)
        entries[name] = v.Entry(choice([entry.value for entry in found]), found[-1].spot, optional)
    spreads, removed = {state[1] for state in states}, {state[3] for state in states}
    computed = [state[2] for state in states if state[2] is not None]
    if len(spreads) > 1 or len(removed) > 1:
        computed.append(v.Unknown("its keys depend on a condition"))
    return entries, states[0][1], choice(computed) if computed else None, states[0][3]


def joined_records(records: list[v.Record]) -> v.Record:
    """A new dict that is one of several."""
    entries, spreads, computed, removed = _joined_records([state_of(record) for record in records])
    return v.Record(entries, spreads, computed, removed)


def _joined_items(states: list[Any]) -> Any:
    """Lists of one length by their places; of others, what their items are."""
    rests = [rest for _, rest in states if rest is not None]
    if len({len(known) for known, _ in states}) == 1:
        known = [choice(list(place)) for place in zip(*(known for known, _ in states), strict=True)]
        return known, choice(rests) if rests else None
    return [], choice([item for known, _ in states for item in known] + rests)


def settle(value: v.Mutable, before: Any, since: int, until: int) -> None:
    """After the second round of a loop: what was new in it as well will be other things in each further round."""
    match value:
        case v.Scope():
            value.names = {n: _settled(before.get(n), new, since, until) for n, new in value.names.items()}
        case v.Record():
            old = {name: entry.value for name, entry in before[0].items()}
            value.entries = {
                name: v.Entry(_settled(old.get(name), entry.value, since, until), entry.spot, entry.optional)
                for name, entry in value.entries.items()
            }
            if value.computed is not None:
                value.computed = _settled(before[2], value.computed, since, until)
        case v.Items():
            if value.rest is not None:
                value.rest = _settled(before[1], value.rest, since, until)
        case v.Body() | v.Use() | v.Way():
            pass
        case _:
            assert_never(value)


def _settled(old: v.Value | None, new: v.Value, since: int, until: int) -> v.Value:
    if old is None or new is old:
        return new
    known = options(old)
    return choice([o if o in known else _next(o, since, until) for o in options(new)])


def _next(value: v.Value, since: int, until: int) -> v.Value:
    if isinstance(value, v.Known) and value.value is not None:
        return as_data(value)
    held = (option for part in parts(value) for option in options(part))
    grown = any(isinstance(inner, v.Record | v.Items) and since < inner.born <= until for inner in held)
    return v.Unknown("it grows in each round of a loop") if grown else value
