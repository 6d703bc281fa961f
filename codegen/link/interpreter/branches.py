"""Effects of a branch on names, dicts and lists: rolled back at its end, then joined with those of the other branches.

A *level* is a block that may or may not run. It keeps the state that each value had before the block changed it; its
*end* is the state of the same values afterwards. What the block itself made needs neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, assert_never

from .choices import as_data, choice, options, parts
from .values import Body, Conversions, Entry, Items, Known, Mutable, Record, Scope, Unknown, Use, Value, born

type End = dict[int, tuple[Mutable, Any]]
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

    def touch(self, value: Mutable) -> None:
        """Keeps a value's state before the innermost level changes it."""
        self.version += 1
        if self.levels:
            mark, before = self.levels[-1]
            if value.born <= mark and id(value) not in before:
                before[id(value)] = (value, state_of(value))

    def apart[T](self, run: Callable[[], T]) -> tuple[T, End]:
        """Runs a block as a level of its own: its result, and its end, with all that it changed as it was before."""
        self.levels.append((born(), {}))
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

    def either(self, *runs: Callable[[], Value]) -> Value:
        """One of several expressions."""
        ran = [self.apart(run) for run in runs]
        self.join([end for _, end in ran])
        return choice([value for value, _ in ran])

    def on_each[T](self, value: Value, change: Callable[[Value], T]) -> list[T]:
        """Changes what a value is, where it is one of several dicts or lists only one of them."""
        several = sum(isinstance(option, Record | Items) for option in options(value)) > 1
        runs = [partial(change, option) for option in options(value)]
        return [self.maybe(run) if several else run() for run in runs]

    def here(self, level: int) -> End:
        """The end that the level has if it is left now."""
        mark = self.levels[level][0]
        touched = {key: value for _, before in self.levels[level:] for key, (value, _) in before.items()}
        return {key: (value, state_of(value)) for key, value in touched.items() if value.born <= mark}

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


def state_of(value: Mutable) -> Any:
    match value:
        case Body():
            return dict(value.supplied)
        case Record():
            return dict(value.entries), value.spreads, value.computed, value.removed
        case Items():
            return list(value.known), value.rest
        case Use():
            return set(value.overwritten)
        case Scope():
            return dict(value.names)
        case Conversions():
            return dict(value.kinds)
    assert_never(value)


def restore(value: Mutable, state: Any) -> None:
    match value:
        case Body():
            value.supplied = dict(state)
        case Record():
            entries, value.spreads, value.computed, value.removed = state
            value.entries = dict(entries)
        case Items():
            value.known, value.rest = list(state[0]), state[1]
        case Use():
            value.overwritten = set(state)
        case Scope():
            value.names = dict(state)
        case Conversions():
            value.kinds = dict(state)
        case _:
            assert_never(value)


def joined(value: Mutable, states: list[Any]) -> Any:
    """The state of a value that was left in one of several states."""
    match value:
        case Body() | Conversions():  # what happens on one way only does not count for all
            first, *others = states
            return {name: given for name, given in first.items() if all(name in other for other in others)}
        case Use():
            return set.intersection(*states)
        case Record():
            return _joined_records(states)
        case Items():
            return _joined_items(states)
        case Scope():
            names = dict.fromkeys(name for state in states for name in state)
            return {name: choice([state[name] for state in states if name in state]) for name in names}
    assert_never(value)


def _joined_records(states: list[Any]) -> Any:
    """A key that some of the states lack may be missing."""
    entries: dict[str, Entry] = {}
    for name in dict.fromkeys(name for state in states for name in state[0]):
        found = [state[0][name] for state in states if name in state[0]]
        optional = len(found) < len(states) or any(entry.optional for entry in found)
        entries[name] = Entry(choice([entry.value for entry in found]), found[-1].spot, optional)
    spreads, removed = {state[1] for state in states}, {state[3] for state in states}
    computed = [state[2] for state in states if state[2] is not None]
    if len(spreads) > 1 or len(removed) > 1:
        computed.append(Unknown("its keys depend on a condition"))
    return entries, states[0][1], choice(computed) if computed else None, states[0][3]


def joined_records(records: list[Record]) -> Record:
    """A new dict that is one of several."""
    entries, spreads, computed, removed = _joined_records([state_of(record) for record in records])
    return Record(entries, spreads, computed, removed)


def _joined_items(states: list[Any]) -> Any:
    """Lists of one length by their places; of others, what their items are."""
    rests = [rest for _, rest in states if rest is not None]
    if len({len(known) for known, _ in states}) == 1:
        known = [choice(list(place)) for place in zip(*(known for known, _ in states), strict=True)]
        return known, choice(rests) if rests else None
    return [], choice([item for known, _ in states for item in known] + rests)


def settle(value: Mutable, before: Any, since: int, until: int) -> None:
    """After the second round of a loop: what was new in it as well will be other things in each further round."""
    match value:
        case Scope():
            value.names = {n: _settled(before.get(n), new, since, until) for n, new in value.names.items()}
        case Record():
            old = {name: entry.value for name, entry in before[0].items()}
            value.entries = {
                name: Entry(_settled(old.get(name), entry.value, since, until), entry.spot, entry.optional)
                for name, entry in value.entries.items()
            }
            if value.computed is not None:
                value.computed = _settled(before[2], value.computed, since, until)
        case Items():
            if value.rest is not None:
                value.rest = _settled(before[1], value.rest, since, until)
        case Body() | Use() | Conversions():
            pass
        case _:
            assert_never(value)


def _settled(old: Value | None, new: Value, since: int, until: int) -> Value:
    if old is None or new is old:
        return new
    known = options(old)
    return choice([o if o in known else _next(o, since, until) for o in options(new)])


def _next(value: Value, since: int, until: int) -> Value:
    if isinstance(value, Known) and value.value is not None:
        return as_data(value)
    grown = any(since < inner.born <= until for part in parts(value) for inner in _containers(part))
    return Unknown("it grows in each round of a loop") if grown else value


def _containers(value: Value) -> list[Record | Items]:
    return [option for option in options(value) if isinstance(option, Record | Items)]
