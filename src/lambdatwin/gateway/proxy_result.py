"""Parses a handler's payload as the gateway does: JSON text -> the fields that both kinds of API have.

A gateway reads scalars into text fields the way JSON prints them (`true`, `1.50`); an object or a list there is
malformed. `null` stands for a field that was left out.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..lambda_runtime.marshalling import MalformedResult

_STATUS = re.compile(r"[1-5][0-9][0-9]")
_BOOLEANS = {"true": True, "True": True, "false": False, "False": False}


class UnmappableResult(MalformedResult):
    """A well-formed result that cannot be sent: its Base64 or a header is bad. A REST API tells the two apart."""


class Number(str):
    """A JSON number in the spelling it was sent in."""

    __slots__ = ()


class ProxyResult(NamedTuple):
    """A well-formed result. `status` is None where none was given: REST takes 200 for it, HTTP APIs differ."""

    status: int | None = None
    headers: Mapping[str, str] = MappingProxyType({})
    multi_value_headers: Mapping[str, list[str]] = MappingProxyType({})
    cookies: tuple[str, ...] = ()
    body: str | None = None
    is_base64: bool = False


def parsed(payload: str) -> object:
    """The payload's value with numbers kept as `Number`; NaN and Infinity are no JSON to anyone but Python."""
    try:
        return _DECODER.decode(payload)
    except ValueError as error:
        raise MalformedResult(f"the result is no JSON: {error}") from error
    except RecursionError as error:
        raise MalformedResult("the result is nested too deeply") from error


def read_result(fields: dict[str, object], *, base64_key: str = "isBase64Encoded") -> ProxyResult:
    """Raises MalformedResult for a field of the wrong kind."""
    return ProxyResult(
        status=_status(fields.get("statusCode")),
        headers=_single(fields.get("headers")),
        multi_value_headers=_multiple(fields.get("multiValueHeaders")),
        cookies=_cookies(fields.get("cookies")),
        body=_scalar(fields.get("body"), "body"),
        is_base64=_flag(fields.get(base64_key)),
    )


def checked_status(status: int) -> int:
    """A final status: 1xx announces another answer, so it cannot be one (decided: malformed)."""
    if not 200 <= status <= 599:
        raise MalformedResult(f"statusCode {status} is no status of an answer")
    return status


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=_refuse)


def _status(value: object) -> int | None:
    """Documented pattern: three digits, the first 1 to 5; as a number or as text. A fraction is cut off, as in AWS's
    emulator (200.0 is 200)."""
    match value:
        case None:
            return None
        case Number():
            return checked_status(_whole(value))
        case str() if _STATUS.fullmatch(value):
            return checked_status(int(value))
        case _:
            raise MalformedResult(f"statusCode is {value!r}")


def _whole(number: Number) -> int:
    try:
        return int(float(number))
    except OverflowError as error:
        raise MalformedResult(f"statusCode is {number}") from error


def _single(value: object) -> dict[str, str]:
    fields = _object(value, "headers")
    return {name: text for name, item in fields.items() if (text := _scalar(item, name)) is not None}


def _multiple(value: object) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for name, items in _object(value, "multiValueHeaders").items():
        if not isinstance(items, list | None):
            raise MalformedResult(f"multiValueHeaders: {name} is no list")
        result[name] = [text for item in items or () if (text := _scalar(item, name)) is not None]
    return result


def _object(value: object, where: str) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedResult(f"{where} is no object")
    return value


def _cookies(value: object) -> tuple[str, ...]:
    """Only HTTP APIs (2.0) use them; anything but a list is passed over, as AWS's emulator does."""
    texts = (_scalar(item, "a cookie") for item in value) if isinstance(value, list) else ()
    return tuple(text for text in texts if text is not None)


def _scalar(value: object, where: str) -> str | None:
    match value:
        case str():
            return str(value)
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case _:
            raise MalformedResult(f"{where} is {type(value).__name__}, not text")


def _flag(value: object) -> bool:
    match value:
        case None:
            return False
        case bool():
            return value
        case str() if value in _BOOLEANS:
            return _BOOLEANS[value]
        case _:
            raise MalformedResult(f"isBase64Encoded is {value!r}")
