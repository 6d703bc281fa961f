"""Schemas that a body is made of and that no module has: an error, where an unknown shape is only a warning."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import facts
from ..diagnostics import Finding, Spot
from . import lookup
from .values import (
    Adapter,
    AdapterDump,
    Choice,
    Dump,
    External,
    Imported,
    Item,
    Items,
    Member,
    Model,
    Pending,
    Scope,
    Typed,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine


def report(machine: "Machine", value: Value, spot: Spot) -> bool:
    """Notes the first class that cannot be found among those that a value is made by; False if there is none."""
    for imported in _imports(machine, value, 0):
        name = lookup.own_name(imported)
        found = machine.force(imported)
        if name[:1].isupper() and isinstance(found, External | Unknown) and not _is_standard(found):
            where = imported.statement.module or "its package"
            message = f"the schema {name} cannot be found in {where}"
            hint = "import it from a module below one of `import_roots` in [tool.codegen]"
            machine.seen.findings.append(Finding("CG107", message, spot, hint))
            return True
    return False


def _is_standard(found: Value) -> bool:
    return isinstance(found, External) and found.dotted.partition(".")[0] in sys.stdlib_module_names


def _imports(machine: "Machine", value: Value, depth: int) -> Iterator[Imported]:
    if depth > 8:
        return
    match value:
        case Imported():
            yield value
        case Typed(annotation=annotation, scope=scope):
            yield from _in_annotation(machine, annotation, scope)
        case AdapterDump(adapter=adapter):
            yield from _in_annotation(machine, adapter.expr, adapter.scope)
        case Adapter(expr=expr, scope=scope):
            yield from _in_annotation(machine, expr, scope)
        case Choice() | Items() | Dump() | Model() | Pending() | Member() | Item():
            for part in _parts(value):
                yield from _imports(machine, part, depth + 1)
        case _:
            return


def _parts(value: Choice | Items | Dump | Model | Pending | Member | Item) -> tuple[Value, ...]:
    match value:
        case Choice(options=options):
            return options
        case Items(known=known, rest=rest):
            return (*known, *((rest,) if rest is not None else ()))
        case Dump(model=model):
            return (model,)
        case Model(schema=schema):
            return (schema,)
        case Pending(callee=callee):
            return (callee,)
        case Member(base=base) | Item(base=base):
            return (base,)


def _in_annotation(machine: "Machine", expr: facts.Expr, scope: Scope) -> Iterator[Imported]:
    match expr:
        case facts.Name():
            value = machine.evaluate(expr, scope)
            if isinstance(value, Imported):
                yield value
        case facts.Sub(value=value, key=key):
            yield from _in_annotation(machine, value, scope)
            for part in key.items if isinstance(key, facts.Seq) else (key,):
                yield from _in_annotation(machine, part, scope)
        case facts.Binary(left=left, right=right):
            yield from _in_annotation(machine, left, scope)
            yield from _in_annotation(machine, right, scope)
        case _:
            return
