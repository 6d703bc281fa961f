"""A handler's result -> the answer that a client of API Gateway gets.

Facts come from recordings of the live gateway, then from AWS's documentation, then from AWS's emulator; what none of
them says is marked as decided.

A gateway reads scalars into text fields the way JSON prints them (`true`, `1.50`); an object or a list there is
malformed. `null` stands for a field that was left out.

Nothing a handler returns may end a header line early. Names are tokens of RFC 9110; values are Latin-1 without control
characters (tab excepted). AWS documents neither rule, so this is decided: anything else cannot be sent.
"""

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from ..lambda_runtime.marshalling import MalformedResult, marshal
from .http import GatewayResponse, HeaderLine, wants_binary

type PayloadFormat = Literal["1.0", "2.0"]

# `cookies` is read over and `base64Encoded` is an older name: both as in AWS's emulator. Any other key is malformed.
_REST_KEYS = frozenset(
    ("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "base64Encoded", "cookies")
)
_NO_BODY = frozenset((204, 304))
_STATUS = re.compile(r"[1-5][0-9][0-9]")
_BOOLEANS = {"true": True, "True": True, "false": False, "False": False}
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")

_REST_CONTENT_TYPE = "application/json"
_HTTP_CONTENT_TYPE = "text/plain; charset=utf-8"

# On REST a handler's own are renamed to `x-amzn-Remapped-<name>`: recorded for other integrations, measured for Lambda.
_REMAPPED = frozenset(
    (
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "trailer",
        "user-agent",
        "www-authenticate",
    )
)
# `keep-alive` and, on REST, `upgrade` are decided: they speak of a connection that the handler does not hold.
_DROPPED = frozenset(("keep-alive", "transfer-encoding", "upgrade"))
# An HTTP API renames nothing; its own date and length stand (measured).
_HTTP_API_DROPPED = _DROPPED | {"connection", "content-length", "date"}


class UnmappableResult(MalformedResult):
    """A well-formed result that cannot be sent: its Base64 or a header is bad. A REST API tells the two apart."""


class Number(str):
    """A JSON number in the spelling it was sent in."""

    __slots__ = ()


class ProxyResult(NamedTuple):
    """A well-formed result. `status` is None where none was given: REST takes 200 for it, HTTP APIs differ."""

    status: int | None
    headers: Mapping[str, str]
    multi_value_headers: Mapping[str, list[str]]
    cookies: tuple[str, ...]
    body: str | None
    is_base64: bool


def rest_response(
    result: object, *, accept: str | None = None, binary_media_types: Collection[str] = ()
) -> GatewayResponse:
    """The answer of a REST API with proxy integration. `accept` is the request's header; a Base64 body is decoded only
    if `binary_media_types` has its first media type. Raises MalformedResult, which is a 502 for the client, or a 500
    if it is an UnmappableResult."""
    fields = _parsed(marshal(result))
    if not isinstance(fields, dict):
        raise MalformedResult(f"the result is {type(fields).__name__}, not an object")
    if unknown := fields.keys() - _REST_KEYS:
        raise MalformedResult(f"the result has keys that no REST API knows: {', '.join(sorted(unknown))}")
    older = fields.get("base64Encoded") is not None
    answer = _read(fields, base64_key="base64Encoded" if older else "isBase64Encoded")
    decode = answer.is_base64 and wants_binary(accept, binary_media_types)
    status = answer.status or 200
    lines = _rest_lines(tuple(_merged(answer.headers, answer.multi_value_headers)))
    return GatewayResponse(status, lines, _body(answer, status, decode))


def http_response(result: object, *, payload_format: PayloadFormat = "2.0") -> GatewayResponse:
    """The answer of an HTTP API, which decodes Base64 whenever it is told to. Raises MalformedResult (here a 500)."""
    payload = marshal(result)
    value = _parsed(payload)
    if payload_format == "1.0":
        return _http_1(value)
    if isinstance(value, dict) and "statusCode" in value:
        return _http_2(_read({**value, "multiValueHeaders": None}))
    return _inferred(value, payload)


def _http_1(value: object) -> GatewayResponse:
    """Unlike REST, an HTTP API passes over unknown keys and insists on a status."""
    answer = _read(value if isinstance(value, dict) else {})
    if answer.status is None:
        raise MalformedResult("an HTTP API needs a statusCode in payload format 1.0")
    lines = _http_lines(_merged(answer.headers, answer.multi_value_headers))
    return GatewayResponse(answer.status, lines, _body(answer, answer.status, answer.is_base64))


def _http_2(answer: ProxyResult) -> GatewayResponse:
    cookies = [("set-cookie", cookie) for cookie in answer.cookies]
    status = answer.status or 200
    lines = _http_lines([*answer.headers.items(), *cookies], _HTTP_CONTENT_TYPE)
    return GatewayResponse(status, lines, _body(answer, status, answer.is_base64))


def _inferred(value: object, payload: str) -> GatewayResponse:
    """Documented for 2.0: JSON without a statusCode is the body itself, a 200 of application/json."""
    body = str(value) if isinstance(value, str) else payload
    return GatewayResponse(200, _http_lines((), "application/json"), _utf8(body))


def _body(answer: ProxyResult, status: int, decode: bool) -> bytes:
    if status in _NO_BODY or not answer.body:
        return b""
    return _base64(answer.body) if decode else _utf8(answer.body)


def _base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise UnmappableResult(f"the body is no Base64: {error}") from error


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedResult("the body has a lone surrogate") from error


def _parsed(payload: str) -> object:
    """The payload's value with numbers kept as `Number`; NaN and Infinity are no JSON to anyone but Python."""
    try:
        return _DECODER.decode(payload)
    except ValueError as error:
        raise MalformedResult(f"the result is no JSON: {error}") from error
    except RecursionError as error:
        raise MalformedResult("the result is nested too deeply") from error


def _read(fields: dict[str, object], *, base64_key: str = "isBase64Encoded") -> ProxyResult:
    """Raises MalformedResult for a field of the wrong kind."""
    return ProxyResult(
        status=_status(fields.get("statusCode")),
        headers=_single(fields.get("headers")),
        multi_value_headers=_multiple(fields.get("multiValueHeaders")),
        cookies=_cookies(fields.get("cookies")),
        body=_scalar(fields.get("body"), "body"),
        is_base64=_flag(fields.get(base64_key)),
    )


def _checked_status(status: int) -> int:
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
            return _checked_status(_whole(value))
        case str() if _STATUS.fullmatch(value):
            return _checked_status(int(value))
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


def _merged(single: Mapping[str, str], multiple: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """`multiValueHeaders` first, then each header whose pair is not among them already: documented in "Output format of
    a Lambda function for proxy integration". Names are compared without their case, as HTTP does (decided)."""
    pairs = [(name, value) for name, values in multiple.items() for value in values]
    seen = {(name.lower(), value) for name, value in pairs}
    return pairs + [line for line in single.items() if not seen or (line[0].lower(), line[1]) not in seen]


@lru_cache(maxsize=256)  # most handlers return the same few headers every time
def _rest_lines(pairs: tuple[tuple[str, str], ...]) -> tuple[HeaderLine, ...]:
    """Lower-case lines in the order given; a Content-Type is added where there is none. Raises UnmappableResult."""
    lines = _checked(pairs, _REST_CONTENT_TYPE)
    renamed = ((f"x-amzn-remapped-{name}" if name in _REMAPPED else name, value) for name, value in lines)
    return tuple(_encoded(name, value) for name, value in renamed if name not in _DROPPED)


def _http_lines(pairs: Iterable[tuple[str, str]], content_type: str = _HTTP_CONTENT_TYPE) -> tuple[HeaderLine, ...]:
    """The same for an HTTP API."""
    lines = _checked(pairs, content_type)
    return tuple(_encoded(name, value) for name, value in lines if name not in _HTTP_API_DROPPED)


def _checked(pairs: Iterable[tuple[str, str]], content_type: str) -> list[tuple[str, str]]:
    lines = []
    for name, value in pairs:
        if not _NAME.fullmatch(name):
            raise UnmappableResult(f"{name!r} is no header name")
        if not _VALUE.fullmatch(value):
            raise UnmappableResult(f"the value of header {name} has characters that no header may carry")
        lines.append((name.lower(), value.strip(" \t")))
    if not any(name == "content-type" for name, _ in lines):
        lines.append(("content-type", content_type))
    return lines


def _encoded(name: str, value: str) -> HeaderLine:
    return name.encode("ascii"), value.encode("latin-1")
