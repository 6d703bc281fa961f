"""The statuses that an answer may have."""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..diagnostics import Finding, Spot
from . import containers
from .values import Choice, External, Known, Record, Value

if TYPE_CHECKING:
    from .machine import Machine

_STARLETTE = re.compile(r"HTTP_(\d{3})(_|$)")


def statuses_of(machine: "Machine", record: Record, spot: Spot) -> tuple[int, ...] | None:
    value = containers.of_record(machine, record, Known("statusCode"), spot)
    where = record.entries["statusCode"].spot if "statusCode" in record.entries else spot
    found = numbers(machine, value)
    if found is None:
        hint = "use a number, a constant or a conditional expression of such"
        machine.seen.findings.append(Finding("CG108", "this status cannot be read", where, hint))
        return None
    bad = [status for status in found if not 100 <= status <= 599]
    if bad:
        message = f"{bad[0]} is not an HTTP status: API Gateway answers 502"
        machine.seen.findings.append(Finding("CG108", message, where))
        return None
    return tuple(sorted(found))


def numbers(machine: "Machine", value: Value) -> set[int] | None:
    """The numbers that a status may be; None if one of them cannot be read."""
    forced = machine.force(value)
    match forced:
        case Choice(options=options):
            found: set[int] = set()
            for option in options:
                inner = numbers(machine, option)
                if inner is None:
                    return None
                found |= inner
            return found
        case Known(value=bool()):
            return None
        case Known(value=int(number)):
            return {number}
        case Known(value=float(number)) if number.is_integer():
            return {int(number)}
        case Known(value=str(text)) if text.isdecimal() and len(text) < 6:
            return {int(text)}
        case External(dotted=dotted):
            return _of_enum(dotted)
        case _:
            return None


def _of_enum(dotted: str) -> set[int] | None:
    """`http.HTTPStatus.CREATED`, `status.HTTP_201_CREATED` of Starlette."""
    parts = dotted.removesuffix(".value").split(".")
    if len(parts) >= 2 and parts[-2] == "HTTPStatus" and parts[-1] in HTTPStatus.__members__:
        return {int(HTTPStatus[parts[-1]])}
    if "http.client" in dotted and parts[-1] in HTTPStatus.__members__:
        return {int(HTTPStatus[parts[-1]])}
    match = _STARLETTE.match(parts[-1])
    return {int(match[1])} if match else None
