"""Dates, UUIDs and numbers of the standard library: what their methods and attributes are."""

from http import HTTPStatus

from ....model import OneOf, Primitive
from .. import values as v
from ..declared import types
from ..protocol import Interpreter

type _Members = dict[str, v.Text | v.Scalar]

_TEXT, _INT, _FLOAT = v.Text(), v.Scalar("int"), v.Scalar("float")
_DATE, _DATETIME, _TIME, _DECIMAL = v.Scalar("date"), v.Scalar("datetime"), v.Scalar("time"), v.Scalar("Decimal")
_DAY: _Members = {"isoformat": _TEXT, "strftime": _TEXT, "ctime": _TEXT, "weekday": _INT, "isoweekday": _INT}
_DATE_PARTS: _Members = {"year": _INT, "month": _INT, "day": _INT}
_TIME_PARTS: _Members = {"hour": _INT, "minute": _INT, "second": _INT, "microsecond": _INT}
_METHODS: dict[str, _Members] = {
    "date": _DAY | {"replace": _DATE},
    "datetime": _DAY
    | {"replace": _DATETIME, "astimezone": _DATETIME, "date": _DATE, "time": _TIME, "timestamp": _FLOAT},
    "time": {"isoformat": _TEXT, "strftime": _TEXT},
    "timedelta": {"total_seconds": _FLOAT},
    "Decimal": {"quantize": _DECIMAL, "normalize": _DECIMAL},
}
_ATTRIBUTES: dict[str, _Members] = {
    "date": _DATE_PARTS,
    "datetime": _DATE_PARTS | _TIME_PARTS,
    "time": _TIME_PARTS,
    "timedelta": {"days": _INT, "seconds": _INT, "microseconds": _INT},
    "UUID": {"hex": _TEXT, "urn": _TEXT, "int": _INT},
}


def method(kind: str, name: str) -> v.Value | None:
    """What a call of a method gives; None where that is not known."""
    return _METHODS.get(kind, {}).get(name)


def attribute(kind: str, name: str) -> v.Value | None:
    return _ATTRIBUTES.get(kind, {}).get(name)


def of_status(dotted: str, name: str) -> v.Known | None:
    """`HTTPStatus.NOT_FOUND.phrase` and the like; a member itself keeps its name."""
    module, _, member = dotted.rpartition(".")
    if module != "http.HTTPStatus" or member not in HTTPStatus.__members__:
        return None
    return v.Known(getattr(HTTPStatus[member], name)) if name in ("value", "name", "phrase", "description") else None


def declared(machine: Interpreter, value: v.Typed) -> v.Text | v.Scalar | None:
    """A value that is declared as a text, a number, a date or the like, or None, as what it is where it is not None."""
    type_ = types.type_of(machine, value.annotation, value.scope)
    options = [one for one in (type_.options if isinstance(type_, OneOf) else (type_,)) if one != types.NONE]
    if len(options) != 1 or not isinstance(options[0], Primitive) or options[0].name in ("Any", "bytes"):
        return None
    return v.Text() if options[0].name == "str" else v.Scalar(options[0].name)
