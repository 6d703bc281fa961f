"""Types without classes: generated code cannot import what a code root holds."""

from collections.abc import Callable
from dataclasses import replace

from ...model import ANY, ListOf, Literals, MapOf, Named, OneOf, Operation, Query, Request, Response, Shape, Type
from ..interpreter import values as v
from ..interpreter.declared import classes, dumps, serialized, types
from ..interpreter.protocol import Interpreter

_DEEPEST = 6
# Of a dump of a class it is not told here whether it leaves out what has a default.
_MAY_LACK = frozenset(("exclude_defaults",))


def spelled_out(machine: Interpreter, operation: Operation) -> Operation:
    """The operation with types that name no class."""
    request, response = spelled_request(machine, operation.request), spelled_response(machine, operation.response)
    others = tuple((status, spelled_response(machine, one)) for status, one in operation.others)
    query = spelled_query(machine, operation.query)
    return replace(operation, query=query, request=request, response=response, others=others)


def spelled_query(machine: Interpreter, query: Query | None) -> Query | None:
    if query is None:
        return None
    filters = tuple(replace(one, is_model=False) for one in query.filters)
    read = tuple(replace(one, type=_spelled_type(machine, one.type)) for one in query.read)
    return replace(query, filters=filters, read=read)


def spelled_request(machine: Interpreter, request: Request | None) -> Request | None:
    if request is None or request.type is None:
        return request
    return replace(request, type=_spelled_type(machine, request.type))


def _spelled_type(machine: Interpreter, type_: Type) -> Type:
    """A type as a client sends it."""
    return _spelled(type_, lambda named: _sent(machine, named), frozenset())


def spelled_response(machine: Interpreter, response: Response | None) -> Response | None:
    if response is None:
        return None
    return replace(response, type=_spelled(response.type, lambda named: _dumped(machine, named), frozenset()))


def _sent(machine: Interpreter, type_: Named) -> Type:
    """What a client sends of a class."""
    cls = types.class_of(machine, type_)
    if cls is None:
        return ANY
    root = serialized.root_of(machine, cls)
    if root is not None:
        return root
    if any(base.endswith("TypedDict") for base in classes.external_bases(machine, cls)):
        return Shape(tuple(serialized.of_typed_dict(machine, cls)), classes.words_of(cls))
    fields = (replace(one, name=key or one.name) for one, key in serialized.sent_fields(machine, cls))
    extra = serialized.config_of(machine, cls).get("extra")
    known = extra.value if isinstance(extra, v.Known) and extra.value in ("allow", "forbid") else ""
    return Shape(tuple(fields), classes.words_of(cls), str(known))


def _dumped(machine: Interpreter, type_: Named) -> Type:
    """What a dump writes of a class."""
    cls = types.class_of(machine, type_)
    if cls is None or serialized.model_serializer(machine, cls) is not None:
        return ANY
    root = serialized.root_of(machine, cls)
    if root is not None:
        return root
    found = dumps.fields_as_dumped(machine, type_, dumps.Style(by_alias=True, lacks=_MAY_LACK))
    if isinstance(found, v.Unknown):
        return ANY
    return replace(found, description=classes.words_of(cls)) if isinstance(found, Shape) else found


def _names_one(type_: Type, discriminator: str) -> bool:
    """Whether pydantic can tell an object by a key of it."""
    return isinstance(type_, Shape) and any(
        one.name == discriminator and isinstance(one.type, Literals) for one in type_.fields
    )


def _spelled(type_: Type, of_class: Callable[[Named], Type], within: frozenset[Named]) -> Type:
    """A type without classes; one within itself is any JSON."""

    def inner(part: Type) -> Type:
        return _spelled(part, of_class, within)

    match type_:
        case Named(members=members) if members:
            return Literals(members)
        case Named():
            is_known = type_ not in within and len(within) < _DEEPEST
            return _spelled(of_class(type_), of_class, within | {type_}) if is_known else ANY
        case ListOf(item=item):
            return replace(type_, item=inner(item))
        case MapOf(value=value):
            return replace(type_, value=inner(value))
        case OneOf(options=options, discriminator=name):
            spelled = [inner(option) for option in options]
            told = name is not None and all(_names_one(option, name) for option in spelled)
            return OneOf(tuple(spelled), name) if told else types.one_of(spelled)
        case Shape(fields=fields):
            return replace(type_, fields=tuple(replace(one, type=inner(one.type)) for one in fields))
        case _:
            return type_
