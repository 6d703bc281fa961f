"""A handler's result -> the answer that a client of API Gateway gets.

Facts come from recordings of the live gateway, then from AWS's documentation, then from AWS's emulator; what none of
them says is marked as decided, here and in the modules below. Nearly every result is `{"statusCode": int, "headers":
{text: text}, "body": text}`: such a one takes a short way that gives the same answer without a trip through JSON.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Collection
from functools import lru_cache
from typing import Literal

from ..lambda_runtime.marshalling import MalformedResult, marshal
from .http import GatewayResponse, HeaderLine, wants_binary
from .proxy_result import ProxyResult, UnmappableResult, parsed, read_result
from .response_headers import HTTP_CONTENT_TYPE, http_lines, merged, rest_lines

type PayloadFormat = Literal["1.0", "2.0"]

_PLAIN_KEYS = frozenset(("statusCode", "headers", "body"))
# `cookies` is read over and `base64Encoded` is an older name: both as in AWS's emulator. Any other key is malformed.
_REST_KEYS = _PLAIN_KEYS | {"multiValueHeaders", "isBase64Encoded", "base64Encoded", "cookies"}
_NO_BODY = frozenset((204, 304))
# A character takes at most six bytes of JSON: within these a plain result can't reach the payload limit.
_SMALL_BODY = 1_000_000
_SMALL_HEADERS = 32_768


def rest_response(
    result: object, *, accept: str | None = None, binary_media_types: Collection[str] = ()
) -> GatewayResponse:
    """The answer of a REST API with proxy integration. `accept` is the request's header; a Base64 body is decoded only
    if `binary_media_types` has its first media type. Raises MalformedResult, which is a 502 for the client, or a 500
    if it is an UnmappableResult."""
    return _plain(result) or _rest(result, accept, binary_media_types)


def http_response(result: object, *, payload_format: PayloadFormat = "2.0") -> GatewayResponse:
    """The answer of an HTTP API, which decodes Base64 whenever it is told to. Raises MalformedResult (here a 500)."""
    payload = marshal(result)
    value = parsed(payload)
    if payload_format == "1.0":
        return _http_1(value)
    if isinstance(value, dict) and "statusCode" in value:
        return _http_2(read_result({**value, "multiValueHeaders": None}))
    return _inferred(value, payload)


def _plain(result: object) -> GatewayResponse | None:
    """The short way, for results whose every part has exactly the expected type; None leaves it to the long one."""
    if type(result) is not dict or not result.keys() <= _PLAIN_KEYS:
        return None
    status, headers, body = result.get("statusCode"), result.get("headers"), result.get("body")
    if type(status) is not int or not 200 <= status <= 599 or type(headers) is not dict:
        return None
    if (type(body) is not str and type(body) is not bytes) or len(body) > _SMALL_BODY:
        return None
    try:
        lines = _lines_of(headers)
        data = body.encode("utf-8") if isinstance(body, str) else _checked_utf8(body)
    except (TypeError, UnicodeError):
        return None  # a list as a header's value, a lone surrogate, bytes that are no text: the long way has the reason
    return GatewayResponse(status, lines, b"" if status in _NO_BODY else data) if lines else None


# Only the event loop's thread comes here; with several, the worst is that a dict is looked at twice.
_SEEN: dict[int, tuple[object, dict[object, object], tuple[HeaderLine, ...] | None]] = {}
_MOST_SEEN = 256


def _lines_of(headers: dict[object, object]) -> tuple[HeaderLine, ...] | None:
    """Most handlers share one constant dict of headers: comparing it with what it was is cheaper than hashing it."""
    seen = _SEEN.get(id(headers))
    if seen is not None and seen[0] is headers and seen[1] == headers:
        return seen[2]
    lines = _plain_lines(tuple(headers.items()))
    if len(_SEEN) >= _MOST_SEEN:
        _SEEN.clear()
    _SEEN[id(headers)] = (headers, dict(headers), lines)
    return lines


@lru_cache(maxsize=256)
def _plain_lines(items: tuple[tuple[object, object], ...]) -> tuple[HeaderLine, ...] | None:
    """Most handlers share one constant dict of headers. None unless all are short text; a malformed one raises."""
    pairs = [(name, value) for name, value in items if type(name) is str and type(value) is str]
    if len(pairs) != len(items) or sum(len(name) + len(value) for name, value in pairs) > _SMALL_HEADERS:
        return None
    return rest_lines(pairs)


def _checked_utf8(body: bytes) -> bytes:
    body.decode("utf-8")
    return body


def _rest(result: object, accept: str | None, binary_media_types: Collection[str]) -> GatewayResponse:
    fields = parsed(marshal(result))
    if not isinstance(fields, dict):
        raise MalformedResult(f"the result is {type(fields).__name__}, not an object")
    if unknown := fields.keys() - _REST_KEYS:
        raise MalformedResult(f"the result has keys that no REST API knows: {', '.join(sorted(unknown))}")
    older = fields.get("base64Encoded") is not None
    answer = read_result(fields, base64_key="base64Encoded" if older else "isBase64Encoded")
    decode = answer.is_base64 and wants_binary(accept, binary_media_types)
    status = answer.status or 200
    return GatewayResponse(
        status, rest_lines(merged(answer.headers, answer.multi_value_headers)), _body(answer, status, decode)
    )


def _http_1(value: object) -> GatewayResponse:
    """Unlike REST, an HTTP API passes over unknown keys and insists on a status."""
    answer = read_result(value) if isinstance(value, dict) else ProxyResult()
    if answer.status is None:
        raise MalformedResult("an HTTP API needs a statusCode in payload format 1.0")
    lines = http_lines(merged(answer.headers, answer.multi_value_headers))
    return GatewayResponse(answer.status, lines, _body(answer, answer.status, answer.is_base64))


def _http_2(answer: ProxyResult) -> GatewayResponse:
    cookies = [("set-cookie", cookie) for cookie in answer.cookies]
    status = answer.status or 200
    lines = http_lines([*answer.headers.items(), *cookies], HTTP_CONTENT_TYPE)
    return GatewayResponse(status, lines, _body(answer, status, answer.is_base64))


def _inferred(value: object, payload: str) -> GatewayResponse:
    """Documented for 2.0: JSON without a statusCode is the body itself, a 200 of application/json."""
    text = payload if value is not None else ""
    body = str(value) if isinstance(value, str) else text
    return GatewayResponse(200, http_lines((), "application/json"), _utf8(body))


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
