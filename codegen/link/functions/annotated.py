"""What functions with a decorator of Powertools or Chalice say by their annotations.

Powertools reads parameters by them, as FastAPI does: what is no parameter of the path is one of the query, or the body
if its type is a class; markers (`Query`, `Header`, `Body`) say it themselves. Nothing is read out of the code.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ... import facts
from ...model import (
    ANY,
    ANYTHING,
    Field,
    Header,
    ListOf,
    MapOf,
    Named,
    Operation,
    Primitive,
    Query,
    Request,
    Response,
    Shape,
    Type,
)
from ...routing.decorated import argument
from ...routing.modules import ModuleIndex
from ..interpreter import values as v
from ..interpreter.declared import bounds, lookup, types
from ..interpreter.protocol import Interpreter
from ..responses import of_type

_MARKERS = frozenset(("Path", "Query", "Header", "Cookie", "Body", "Form", "File", "Depends"))
_SCALARS = ("str", "int", "float", "bool")


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter and its place, as a marker is called, or "" for one that nothing tells of; `wanted`: without a
    default."""

    name: str
    place: str
    type: Type
    wanted: bool
    default: facts.Constant = None
    words: Mapping[str, object] = field(default_factory=dict)


def annotated(
    machine: Interpreter,
    home: ModuleIndex,
    node: facts.Function,
    names: Sequence[str],
    operation: Operation,
    *,
    reads: bool,
) -> Operation | None:
    """The operation with what the function says, its types still with classes; None for one that says nothing. `names`
    are those of the path's parameters in the function; `reads`: the query, headers and the body are read by its
    annotations, too."""
    scope = v.Scope(home, {})
    found = [_parameter(machine, param, scope, names) for param in node.params if not param.star]
    answer = ANY if node.returns is None else _answer(machine, node.returns, scope)
    in_path = {one.name: one.type for one in found if one.place == "Path"}
    others = [one for one in found if reads and one.place not in ("Path", "Depends", "")]
    if answer == ANY and not others and all(type_ == ANY for type_ in in_path.values()):
        return None
    parameters = (
        replace(one, type=_scalar(in_path.get(name, ANY)))
        for one, name in zip(operation.path_parameters, names, strict=True)
    )
    return replace(
        operation,
        path_parameters=tuple(parameters),
        query=_query(others),
        headers=tuple(_header(one) for one in others if one.place == "Header"),
        request=_request(others),
        response=_response(machine, answer, operation),
    )


def _parameter(machine: Interpreter, param: facts.Param, scope: v.Scope, names: Sequence[str]) -> _Parameter:
    marks = list(_marks(machine, param, scope))
    marker, given = marks[0] if marks else ("", None)
    type_ = ANY if param.annotation is None else types.type_of(machine, param.annotation, scope)
    if param.name in names:
        marker = "Path"
    elif not marker and param.annotation is not None:
        marker = "Body" if _is_object(type_) else "Query"
    default = param.default if given is None or param.default is not given else argument(given, "default", 0)
    value = None if default is None else machine.force(machine.evaluate(default, scope))
    wanted = default is None or (isinstance(default, facts.Other) and not default.parts)  # `...`
    alias = None if given is None else argument(given, "alias")
    name = alias.value if isinstance(alias, facts.Const) and isinstance(alias.value, str) else param.name
    known = value.value if isinstance(value, v.Known) and isinstance(value.value, str | int | float) else None
    said = {} if given is None else bounds.said(machine, given, scope)
    return _Parameter(name, marker, bounds.bounded(type_, said), wanted, known, bounds.words(said))


def _marks(machine: Interpreter, param: facts.Param, scope: v.Scope) -> Iterator[tuple[str, facts.Call]]:
    """The markers of a parameter: in its annotation, or as its default."""
    annotation = param.annotation
    inner = annotation.key if isinstance(annotation, facts.Sub) else None
    for expr in (*(inner.items[1:] if isinstance(inner, facts.Seq) else ()), param.default):
        if isinstance(expr, facts.Call) and (name := lookup.own_name(machine.evaluate(expr.func, scope))) in _MARKERS:
            yield name, expr


def _is_object(type_: Type) -> bool:
    match type_:
        case Named(members=members):
            return not members
        case MapOf() | Shape():
            return True
        case _:
            return any(map(_is_object, types.parts(type_)))


def _scalar(type_: Type) -> str:
    return type_.name if isinstance(type_, Primitive) and type_.name in _SCALARS else "str"


def _header(parameter: _Parameter) -> Header:
    return Header(parameter.name.replace("_", "-"), str(parameter.words.get("description", "")))


def _query(parameters: Sequence[_Parameter]) -> Query | None:
    read = tuple(
        replace(
            Field(one.name, one.type, one.wanted, not one.wanted and one.default is not None, one.default),
            **one.words,  # type: ignore[arg-type]
        )
        for one in parameters
        if one.place == "Query"
    )
    return Query((), read, any(isinstance(one.type, ListOf) for one in read), as_sent=True) if read else None


def _request(parameters: Sequence[_Parameter]) -> Request | None:
    """Several parameters of the body are the members of an object."""
    if any(one.place in ("Form", "File") for one in parameters):
        return Request(None, ())
    parts = [one for one in parameters if one.place == "Body"]
    if not parts:
        return None
    whole = Shape(tuple(Field(one.name, one.type, one.wanted) for one in parts))
    return Request(parts[0].type if len(parts) == 1 else whole, (), not any(one.wanted for one in parts))


def _answer(machine: Interpreter, expr: facts.Expr, scope: v.Scope) -> Type:
    """What a function answers: `Response[T]` and `tuple[T, int]` are a T."""
    if isinstance(expr, facts.Sub):
        if types.last_name(expr.value) == "Response":
            return types.type_of(machine, expr.key, scope)
        first = types.part_of_annotation(expr, 0)
        if first is not None:
            return types.type_of(machine, first, scope)
    return types.type_of(machine, expr, scope)


def _response(machine: Interpreter, type_: Type, operation: Operation) -> Response:
    is_known = not isinstance(type_, Primitive)
    return (of_type(machine, type_, operation.spot) if is_known else None) or ANYTHING
