"""What marks in an annotation, or the right side of a field, say of its values beside their type."""

from collections.abc import Iterator
from dataclasses import replace

from .... import facts
from ....model import BOUNDS, Bounds, ListOf, MapOf, OneOf, Primitive, Type
from .. import values as v
from ..protocol import Interpreter
from . import lookup

# Calls that say it by the names of pydantic: of pydantic, msgspec, attrs, dataclasses and Powertools.
_MARKS = frozenset(
    (
        *("Field", "StringConstraints", "Interval", "Meta", "field", "ib", "attrib"),
        *("Query", "Path", "Header", "Cookie", "Body", "Form"),
    )
)
# Those of annotated_types and pydantic with names for what their arguments are.
_BY_PLACE = {
    "Discriminator": ("discriminator",),
    "Ge": ("ge",),
    "Gt": ("gt",),
    "Le": ("le",),
    "Lt": ("lt",),
    "MultipleOf": ("multiple_of",),
    "MinLen": ("min_length",),
    "MaxLen": ("max_length",),
    "Len": ("min_length", "max_length"),
}
# Pydantic refuses a greater length, and for an int a bound that is no whole number: classes that it does not check may
# have them. JSON has no infinity.
_LONGEST, _GREATEST = 2**31, 1e300
_NUMBERS = frozenset(("int", "float", "Decimal"))
_TEXTS = frozenset(("str", "bytes"))
# Functions of pydantic that make a type.
MADE = {"conint": "int", "confloat": "float", "condecimal": "Decimal", "constr": "str", "conbytes": "bytes"}
MADE_LISTS = frozenset(("conlist", "conset", "confrozenset"))
# Types of pydantic that are bounded: the type by its name, and the bounds.
BOUNDED: dict[str, tuple[str, Bounds]] = {
    "PositiveInt": ("int", (("gt", 0),)),
    "NegativeInt": ("int", (("lt", 0),)),
    "NonNegativeInt": ("int", (("ge", 0),)),
    "NonPositiveInt": ("int", (("le", 0),)),
    "PositiveFloat": ("float", (("gt", 0),)),
    "NegativeFloat": ("float", (("lt", 0),)),
    "NonNegativeFloat": ("float", (("ge", 0),)),
    "NonPositiveFloat": ("float", (("le", 0),)),
    "EmailStr": ("str", (("format", "email"),)),
    "AnyUrl": ("str", (("min_length", 1), ("format", "uri"))),
    "AnyHttpUrl": ("str", (("min_length", 1), ("format", "uri"))),
    "HttpUrl": ("str", (("min_length", 1), ("max_length", 2083), ("format", "uri"))),
    "SecretStr": ("str", (("format", "password"), ("writeOnly", True))),
}


def said(machine: Interpreter, call: facts.Call, scope: v.Scope) -> dict[str, v.Value]:
    """What a mark says, by pydantic's names; nothing for another call."""
    name = lookup.own_name(machine.evaluate(call.func, scope))
    if name in _BY_PLACE:
        plain = [arg for arg in call.args if arg.name is None and not arg.star]
        named = [(arg.name, arg) for arg in call.args if arg.name is not None]
        given = [*zip(_BY_PLACE[name], plain, strict=False), *named]
    else:
        is_mark = name in _MARKS or name in MADE or name in MADE_LISTS
        given = [(arg.name, arg) for arg in call.args if arg.name is not None] if is_mark else []
    return {name: _told(machine, arg.value, scope) for name, arg in given}


def _told(machine: Interpreter, expr: facts.Expr, scope: v.Scope) -> v.Value:
    """A value; what a call outside of the code base makes stays the call."""
    value = machine.evaluate(expr, scope)
    forced = machine.force(value)
    return value if isinstance(forced, v.Unknown) else forced


def bounded(type_: Type, found: dict[str, v.Value]) -> Type:
    """The type with those bounds that it can have."""
    match type_:
        case OneOf(options=options):
            return replace(type_, options=tuple(bounded(option, found) for option in options))
        case Primitive() | ListOf() | MapOf():
            own = dict(_fitting(type_, found))
            return replace(type_, bounds=tuple((dict(type_.bounds) | own).items())) if own else type_
        case _:
            return type_


def _fitting(type_: Primitive | ListOf | MapOf, found: dict[str, v.Value]) -> Iterator[tuple[str, str | int | float]]:
    is_number = isinstance(type_, Primitive) and type_.name in _NUMBERS
    is_text = isinstance(type_, Primitive) and type_.name in _TEXTS
    has_length = is_text or not isinstance(type_, Primitive)
    for name, value in found.items():
        constant = value.value if isinstance(value, v.Known) else None
        if name in ("pattern", "regex"):
            if isinstance(constant, str) and is_text:
                yield "pattern", constant
        elif name not in BOUNDS or isinstance(constant, bool):
            continue
        elif name.endswith("length"):
            if isinstance(constant, int) and 0 <= constant < _LONGEST and has_length:
                yield name, constant
        elif isinstance(constant, int | float) and is_number and abs(constant) < _GREATEST:
            is_whole = isinstance(type_, Primitive) and type_.name == "int"
            if (constant > 0 or name != "multiple_of") and (not is_whole or constant == int(constant)):
                yield name, int(constant) if is_whole else constant


def words(found: dict[str, v.Value]) -> dict[str, object]:
    """What marks say for a reader, as arguments of a `Field` of the model."""
    title, text, deprecated = (found.get(name) for name in ("title", "description", "deprecated"))
    made: dict[str, object] = {}
    if isinstance(title, v.Known) and isinstance(title.value, str):
        made["title"] = title.value
    if isinstance(text, v.Known) and isinstance(text.value, str):
        made["description"] = text.value
    if isinstance(deprecated, v.Known) and deprecated.value:
        made["deprecated"] = True
    examples = found.get("examples")
    if isinstance(examples, v.Items) and examples.rest is None:
        values = [one.value for one in examples.known if isinstance(one, v.Known) and not isinstance(one.value, bytes)]
        if len(values) == len(examples.known):
            made["examples"] = tuple(values)
    return made
