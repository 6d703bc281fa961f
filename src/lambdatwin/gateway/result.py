"""A handler's result -> the answer that a client of API Gateway gets.

Facts come from recordings of the live gateway, then from AWS's documentation, then from AWS's emulator; what none of
them says is marked as decided, here and in the modules below.
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

# `cookies` is read over and `base64Encoded` is an older name: both as in AWS's emulator. Any other key is malformed.
_REST_KEYS = frozenset(
    ("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "base64Encoded", "cookies")
)
_NO_BODY = frozenset((204, 304))


def rest_response(
    result: object, *, accept: str | None = None, binary_media_types: Collection[str] = ()
) -> GatewayResponse:
    """The answer of a REST API with proxy integration. `accept` is the request's header; a Base64 body is decoded only
    if `binary_media_types` has its first media type. Raises MalformedResult, which is a 502 for the client, or a 500
    if it is an UnmappableResult."""
    fields = parsed(marshal(result))
    if not isinstance(fields, dict):
        raise MalformedResult(f"the result is {type(fields).__name__}, not an object")
    if unknown := fields.keys() - _REST_KEYS:
        raise MalformedResult(f"the result has keys that no REST API knows: {', '.join(sorted(unknown))}")
    older = fields.get("base64Encoded") is not None
    answer = read_result(fields, base64_key="base64Encoded" if older else "isBase64Encoded")
    decode = answer.is_base64 and wants_binary(accept, binary_media_types)
    status = answer.status or 200
    lines = _rest_lines(tuple(merged(answer.headers, answer.multi_value_headers)))
    return GatewayResponse(status, lines, _body(answer, status, decode))


def http_response(result: object, *, payload_format: PayloadFormat = "2.0") -> GatewayResponse:
    """The answer of an HTTP API, which decodes Base64 whenever it is told to. Raises MalformedResult (here a 500)."""
    payload = marshal(result)
    value = parsed(payload)
    if payload_format == "1.0":
        return _http_1(value)
    if isinstance(value, dict) and "statusCode" in value:
        return _http_2(read_result({**value, "multiValueHeaders": None}))
    return _inferred(value, payload)


@lru_cache(maxsize=256)
def _rest_lines(pairs: tuple[tuple[str, str], ...]) -> tuple[HeaderLine, ...]:
    """Most handlers return the same few headers every time."""
    return rest_lines(pairs)


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
    body = str(value) if isinstance(value, str) else payload
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
