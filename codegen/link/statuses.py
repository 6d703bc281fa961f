"""The statuses that an answer may have."""

import re
from http import HTTPStatus

from .. import facts
from ..diagnostics import Finding, Spot
from .interpreter import values as v
from .interpreter.choices import elsewhere
from .interpreter.operations import containers
from .interpreter.protocol import Interpreter

_STARLETTE = re.compile(r"HTTP_(\d{3})(_|$)")


def statuses_of(machine: Interpreter, record: v.Record, spot: Spot) -> tuple[int, ...] | None:
    if "statusCode" not in record.entries and not record.spreads and record.computed is None:
        return (200,)  # recorded of REST APIs; documented for payload 2.0, where the result is the body
    value = containers.of_record(machine, record, v.Known("statusCode"), spot)
    stated = record.entries["statusCode"].spot if "statusCode" in record.entries else spot
    where = stated if stated.path else spot  # an object's own fields have no place
    found = numbers(machine, value) or v.Unknown("")
    if isinstance(found, v.Unknown):
        message = "this status cannot be read" + (f": {found.reason}" if found.reason else "")
        hint = "use a number, a constant or a conditional expression of such"
        machine.seen.findings.append(Finding("CG108", message, where, hint, other=elsewhere(found, where)))
        return None
    bad = sorted(status for status in found if not 200 <= status <= 599)
    if bad:
        message = f"{bad[0]} is no status of an answer: API Gateway refuses it"
        machine.seen.findings.append(Finding("CG109", message, where))
    return tuple(sorted(found))


def numbers(machine: Interpreter, value: v.Value) -> set[int] | v.Unknown:
    """The numbers that a status may be, or why one of them cannot be read."""
    forced = machine.force(value)
    match forced:
        case v.Choice(options=options):
            found = [numbers(machine, option) for option in options]
            unknown = next((inner for inner in found if isinstance(inner, v.Unknown)), None)
            return unknown or {number for inner in found if not isinstance(inner, v.Unknown) for number in inner}
        case v.Known(value=constant):
            return _of_constant(constant)
        case v.External(dotted=dotted):
            return _of_enum(dotted)
        case v.Unknown():
            return forced
        case v.Typed(value=v.Unknown() as inner):
            return inner
        case v.Scalar():
            return v.Unknown("it is computed")
        case _:
            return v.Unknown("it is no number")


def _of_constant(value: facts.Constant) -> set[int] | v.Unknown:
    if isinstance(value, bool):
        return v.Unknown("it is a truth value")
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return {int(value)}
    if isinstance(value, str) and value.isdecimal() and len(value) < 6:
        return {int(value)}
    return v.Unknown("it is no number")


def _of_enum(dotted: str) -> set[int] | v.Unknown:
    """`http.HTTPStatus.CREATED`, `status.HTTP_201_CREATED` of Starlette."""
    parts = dotted.removesuffix(".value").split(".")
    if len(parts) >= 2 and parts[-2] == "HTTPStatus" and parts[-1] in HTTPStatus.__members__:
        return {int(HTTPStatus[parts[-1]])}
    if "http.client" in dotted and parts[-1] in HTTPStatus.__members__:
        return {int(HTTPStatus[parts[-1]])}
    match = _STARLETTE.match(parts[-1])
    return {int(match[1])} if match else v.Unknown(f"{dotted} is not in the code base")
