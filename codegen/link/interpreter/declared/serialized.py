"""What a schema says of the fields that its dumps have: names, aliases, own serializers, configuration."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from inspect import cleandoc

from .... import facts
from ....model import ANY, Field, Type
from ....names import camel
from .. import values as v
from ..protocol import Interpreter
from . import classes, lookup, types

_OWN = frozenset(("PlainSerializer", "WrapSerializer"))


@dataclass(frozen=True, slots=True)
class Dumped:
    """A field as a dump has it: `told` says that the schema describes its type as it is written; `words` are those of
    the schema's own field."""

    name: str
    alias: str | None
    type: Type
    required: bool
    told: bool = True
    words: Field | None = None


def of_typed_dict(machine: Interpreter, cls: v.ClassValue) -> Iterator[Field]:
    for field in types.fields_of(machine, cls):
        found = classes.class_statements(machine, cls, field.name)
        annotation = found[1].annotation if found is not None and isinstance(found[1], facts.Assign) else None
        total = found is None or not any(
            b.name == "total" and b.value == facts.Const(b.value.at, False) for b in found[0].node.bases
        )
        head = types.last_name(annotation.value) if isinstance(annotation, facts.Sub) else ""
        yield replace(field, required=head == "Required" or (total and head != "NotRequired"))


def root_of(machine: Interpreter, cls: v.ClassValue) -> Type | None:
    """What a RootModel holds; None for another class."""
    for owner in classes.ancestry(machine, cls):
        for base in owner.node.bases:
            expr = base.value
            head = expr.value if isinstance(expr, facts.Sub) else expr
            if base.name is None and lookup.own_name(machine.evaluate(head, v.Scope(owner.home, {}))) == "RootModel":
                stated = next((one.type for one in types.fields_of(machine, cls) if one.name == "root"), ANY)
                scope = classes.scope_of(owner)
                return types.type_of(machine, expr.key, scope) if isinstance(expr, facts.Sub) else stated
    return None


def dumped_fields(machine: Interpreter, cls: v.ClassValue) -> list[Dumped]:
    """The fields that a dump has: declared ones that are not excluded, and computed ones."""
    config = config_of(machine, cls)
    found: dict[str, Dumped] = {}
    for field in types.fields_of(machine, cls):
        stated = classes.class_statements(machine, cls, field.name)
        if stated is None or not isinstance(stated[1], facts.Assign):
            continue
        made = _declared(machine, stated[0], stated[1], field, config)
        if made is not None:
            found[field.name] = made
    for owner, function in _functions(machine, cls):
        scope = classes.scope_of(owner)
        type_ = ANY if function.returns is None else types.type_of(machine, function.returns, scope)
        for decorator in function.decorators:
            name, constants = _decorator(decorator)
            if name == "computed_field":
                said = "" if function.doc is None else cleandoc(str(function.doc.value))
                words = Field(function.name, type_, True, description=said)
                alias = _alias(machine, function.name, config)
                found[function.name] = Dumped(function.name, alias, type_, True, words=words)
            for field_name in constants if name == "field_serializer" else ():
                for named in found if field_name == "*" else [field_name]:
                    if named in found:
                        found[named] = replace(found[named], type=type_, told=function.returns is not None)
    return list(found.values())


def sent_fields(machine: Interpreter, cls: v.ClassValue) -> Iterator[tuple[Field, str | None]]:
    """The fields of a schema with the keys that a client sends; None where an alias generator is not known."""
    config = config_of(machine, cls)
    for field in types.fields_of(machine, cls):
        yield field, field.alias or _alias(machine, field.name, config)


def _declared(
    machine: Interpreter, owner: v.ClassValue, statement: facts.Assign, field: Field, config: dict[str, v.Value]
) -> Dumped | None:
    scope, told, stated = v.Scope(owner.home, {}), True, dict[str, v.Value]()
    type_ = field.type
    for call, where in (*_calls(machine, statement.annotation, scope, 0), *_calls(machine, statement.value, scope, 0)):
        name = lookup.own_name(machine.evaluate(call.func, where))
        if name == "Field":
            stated |= {arg.name: machine.force(machine.evaluate(arg.value, where)) for arg in call.args if arg.name}
        elif name in _OWN:
            told = told and (any(arg.name == "return_type" for arg in call.args) or len(call.args) > 1)
            type_ = ANY
    if stated.get("exclude") == v.Known(True):
        return None
    alias = stated.get("serialization_alias") or stated.get("alias")
    text = alias.value if isinstance(alias, v.Known) and isinstance(alias.value, str) else None
    if alias is None:
        text = _alias(machine, field.name, config)
    return Dumped(field.name, text, type_, field.required, told, field)


def _alias(machine: Interpreter, name: str, config: dict[str, v.Value]) -> str | None:
    """The name that the alias generator of a schema makes of a field's; None for a generator that is not known."""
    generator = config.get("alias_generator")
    if generator is None or generator == v.Known(None):
        return name
    made = camel(name)
    known = {"to_pascal": made, "to_camel": made[:1].lower() + made[1:], "to_snake": name}.get(
        lookup.own_name(generator)
    )
    if known is None and isinstance(generator, v.FunctionValue):
        given = v.Arguments((v.Known(name),), {}, ())
        value = machine.force(machine.branches.alone(lambda: machine.inline(generator, given)))
        known = value.value if isinstance(value, v.Known) and isinstance(value.value, str) else None
    return known


def _calls(
    machine: Interpreter, expr: facts.Expr | None, scope: v.Scope, depth: int
) -> Iterator[tuple[facts.Call, v.Scope]]:
    """The calls that stand in an annotation or at its side, through the names of annotations."""
    match expr:
        case facts.Call():
            yield expr, scope
        case facts.Sub(value=value, key=key):
            yield from _calls(machine, value, scope, depth)
            for inner in key.items if isinstance(key, facts.Seq) else (key,):
                yield from _calls(machine, inner, scope, depth)
        case facts.Binary(left=left, right=right):
            yield from _calls(machine, left, scope, depth)
            yield from _calls(machine, right, scope, depth)
        case facts.Name() | facts.Attr() if depth < 4:
            named = machine.force(machine.evaluate(expr, scope))
            if isinstance(named, v.Generic):
                yield from _calls(machine, named.expr, named.scope, depth + 1)
        case _:
            return


def _functions(machine: Interpreter, cls: v.ClassValue) -> Iterator[tuple[v.ClassValue, facts.Function]]:
    """Methods with decorators, those of the bases first."""
    for owner in reversed(classes.ancestry(machine, cls)):
        for statement in owner.node.body:
            if isinstance(statement, facts.Function) and statement.decorators:
                yield owner, statement


def _decorator(expr: facts.Expr) -> tuple[str, list[str]]:
    """Its last name, and the strings among its arguments."""
    call = expr if isinstance(expr, facts.Call) else None
    name = types.last_name(call.func if call is not None else expr)
    values = [arg.value for arg in call.args] if call is not None else []
    return name, [given.value for given in values if isinstance(given, facts.Const) and isinstance(given.value, str)]


def model_serializer(machine: Interpreter, cls: v.ClassValue) -> facts.Function | None:
    for _, function in _functions(machine, cls):
        if any(_decorator(decorator)[0] == "model_serializer" for decorator in function.decorators):
            return function
    return None


def config_of(machine: Interpreter, cls: v.ClassValue) -> dict[str, v.Value]:
    """`model_config` with that of the bases, as far as it can be read."""
    found: dict[str, v.Value] = {}
    for owner in reversed(classes.ancestry(machine, cls)):
        scope = v.Scope(owner.home, {})
        stated = [(base.name, base.value) for base in owner.node.bases if base.name]
        for statement in owner.node.body:
            match statement:
                case facts.Assign(targets=(facts.Name(id="model_config"),), value=facts.Call(args=args)):
                    stated += [(arg.name, arg.value) for arg in args if arg.name]
                case facts.Assign(targets=(facts.Name(id="model_config"),), value=facts.DictLit(items=items)):
                    stated += [(str(key.value), value) for key, value in items if isinstance(key, facts.Const)]
                case facts.Class(name="Config", body=body):
                    assigned = [a for a in body if isinstance(a, facts.Assign) and a.value is not None]
                    stated += [
                        (a.targets[0].id, a.value) for a in assigned if isinstance(a.targets[0], facts.Name) and a.value
                    ]
        found |= {name: machine.force(machine.evaluate(value, scope)) for name, value in stated}
    return found
