"""What is left behind where branches meet again."""

from typing import TYPE_CHECKING

from . import containers
from .choices import forked, mapped
from .values import Choice, Json, Record, Scope, Value

if TYPE_CHECKING:
    from .machine import Machine


def frozen_record(record: Record) -> Record:
    return Record(dict(record.entries), record.spreads, record.computed)


def restore(record: Record, state: Record) -> None:
    record.entries, record.spreads, record.computed = dict(state.entries), state.spreads, state.computed


def join(machine: "Machine", scope: Scope, ends: list[tuple[Scope, dict[int, tuple[Record, Record]]]]) -> None:
    at = machine.place() if len(ends) > 1 else 0
    names = {name for inner, _ in ends for name in inner.names}
    for name in sorted(names):
        found = [inner.names[name] for inner, _ in ends if name in inner.names]
        scope.names[name] = (
            found[0]
            if all(value is found[0] for value in found)
            else forked(found, at if len(found) == len(ends) else 0)
        )
    touched = {key: record for _, after in ends for key, (record, _) in after.items()}
    for key, record in touched.items():
        containers.touch(machine, record)
        states = [after[key][1] if key in after else frozen_record(record) for _, after in ends]
        restore(record, containers.joined(states, at))


def of_way(value: Value, at: int, way: int) -> Value:
    """What is left of a value where one of the branches that meet at a place was taken."""
    match value:
        case Choice() if value.at == at:
            return value.ways[way]
        case Choice():
            return mapped(value, lambda option: of_way(option, at, way))
        case Json(value=inner):
            left = of_way(inner, at, way)
            return value if left is inner else Json(left)
        case _:
            return value
