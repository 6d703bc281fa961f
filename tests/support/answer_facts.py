"""What API Gateway answers to a function's result: facts of the three modes, in Python's terms.

A result is what the handler returns; AWS's runtime client marshals it. Header names are lower-case, and only the order
of lines with one name counts; content-length, date and ids of AWS are left out. Ranks are those of `routing_facts`;
what has no source is not in the table.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.routing_facts import Source

type Mode = Literal["rest", "http-1.0", "http-2.0"]
type Lines = tuple[tuple[str, str], ...]

REST: tuple[Mode, ...] = ("rest",)
PAYLOAD_1: tuple[Mode, ...] = ("rest", "http-1.0")
HTTP: tuple[Mode, ...] = ("http-1.0", "http-2.0")
EVERY: tuple[Mode, ...] = (*REST, *HTTP)

JSON = ("content-type", "application/json")
TEXT = ("content-type", "text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Expected:
    """An answer; `headers` are all that a client sees of the handler's and the gateway's."""

    status: int
    headers: Lines = (JSON,)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """One result in some modes. An `expected` answer of None is the mode's answer to a failed function, as in `FAILED`.
    `accept` is the request's Accept header, `binary` are the API's media types."""

    name: str
    modes: tuple[Mode, ...]
    result: Any
    expected: Mapping[Mode, Expected | None]
    source: Source
    accept: str | None = "*/*"
    binary: tuple[str, ...] = field(default=())


FAILED: Mapping[Mode, Expected] = {
    "rest": Expected(
        502,
        (JSON, ("x-amzn-errortype", "InternalServerErrorException")),
        b'{"message": "Internal server error"}',
    ),
    "http-1.0": Expected(500, (JSON,), b'{"message":"Internal Server Error"}'),
    "http-2.0": Expected(500, (JSON,), b'{"message":"Internal Server Error"}'),
}
UNMAPPABLE = Expected(
    500, (JSON, ("x-amzn-errortype", "InternalServerErrorException")), b'{"message": "Internal server error"}'
)

_RECORDED = Source("L", "recorded by AWS for its .NET test tool: a result and its response in each mode")
_ECHOED = Source("L", "LocalStack, tests validated against AWS: an echo function behind a REST API")
_BINARY = Source("L", "LocalStack, tests validated against AWS: binary media types of a REST API")
_RUNTIME = Source("D", "AWS's Python runtime client, run; then a malformed result")
_FORMAT_2 = Source("D", "API Gateway developer guide: response format 2.0")
_FORMAT_1 = Source("D", "API Gateway developer guide: a value in both kinds of headers is sent once")
_REMAPPED = Source("M", "recordings of other integrations, published ones of Lambda's: renamed response headers")
_HTTP_HEADERS = Source("M", "published measurements of HTTP APIs: response headers that are dropped")
_SIZE = Source("M", "published measurements: the largest result")
_BODILESS = Source("D", "RFC 9110: a 204 and a 304 have no content")

_HELLO = json.dumps({"message": "hi"})


def _same(name: str, modes: tuple[Mode, ...], result: Any, expected: Expected | None, source: Source) -> AnswerFact:
    return AnswerFact(name, modes, result, dict.fromkeys(modes, expected), source)


def _by_default(
    name: str, modes: tuple[Mode, ...], result: Any, status: int, body: bytes, *lines: tuple[str, str]
) -> AnswerFact:
    """An answer whose type the mode chooses."""
    expected = {mode: Expected(status, (*lines, JSON if mode == "rest" else TEXT), body) for mode in modes}
    return AnswerFact(name, modes, result, expected, _RECORDED)


_RECORDINGS = (
    _same(
        "JSON with its type",
        EVERY,
        {"statusCode": 200, "headers": {"Content-Type": JSON[1]}, "body": _HELLO},
        Expected(200, body=_HELLO.encode()),
        _RECORDED,
    ),
    _same(
        "text that says it is JSON",
        PAYLOAD_1,
        {"statusCode": 200, "headers": {"Content-Type": JSON[1]}, "body": "hi"},
        Expected(200, body=b"hi"),
        _RECORDED,
    ),
    _by_default("status", EVERY, {"statusCode": 201, "body": _HELLO}, 201, _HELLO.encode()),
    _by_default("text without a type", EVERY, {"statusCode": 200, "body": "hi"}, 200, b"hi"),
    _by_default(
        "said to be no Base64",
        EVERY,
        {"statusCode": 200, "body": _HELLO, "isBase64Encoded": False},
        200,
        _HELLO.encode(),
    ),
    _same(
        "a header more",
        EVERY,
        {"statusCode": 200, "headers": {"Content-Type": JSON[1], "X-Custom": "Value"}, "body": _HELLO},
        Expected(200, (JSON, ("x-custom", "Value")), _HELLO.encode()),
        _RECORDED,
    ),
    _same(
        "another type",
        HTTP,
        {"statusCode": 201, "headers": {"Content-Type": "application/xml"}, "body": "<a/>"},
        Expected(201, (("content-type", "application/xml"),), b"<a/>"),
        _RECORDED,
    ),
    _same(
        "commas stay in a header",
        EVERY,
        {"statusCode": 200, "headers": {"Content-Type": JSON[1], "one": "a,b", "two": "c"}, "body": _HELLO},
        Expected(200, (JSON, ("one", "a,b"), ("two", "c")), _HELLO.encode()),
        _RECORDED,
    ),
    _by_default(
        "several values",
        PAYLOAD_1,
        {"statusCode": 200, "multiValueHeaders": {"X-Multi": ["1", "2"]}, "body": _HELLO},
        200,
        _HELLO.encode(),
        ("x-multi", "1"),
        ("x-multi", "2"),
    ),
    _same(
        "both kinds of headers",
        PAYLOAD_1,
        {
            "statusCode": 200,
            "headers": {"Content-Type": JSON[1], "one": "a,b"},
            "multiValueHeaders": {"two": ["c", "d"]},
            "body": _HELLO,
        },
        Expected(200, (("two", "c"), ("two", "d"), JSON, ("one", "a,b")), _HELLO.encode()),
        _RECORDED,
    ),
    _same(
        "one name in both kinds",
        PAYLOAD_1,
        {
            "statusCode": 200,
            "headers": {"Content-Type": JSON[1], "Both": "single"},
            "multiValueHeaders": {"Both": ["m1", "m2"], "Multi": ["x"]},
            "body": _HELLO,
        },
        Expected(200, (("both", "m1"), ("both", "m2"), ("multi", "x"), JSON, ("both", "single")), _HELLO.encode()),
        _RECORDED,
    ),
    _same("status 0", EVERY, {"statusCode": 0, "body": _HELLO}, None, _RECORDED),
    _by_default("Base64", ("http-2.0",), {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, 200, b"hi"),
)

_ECHOES = (
    _same("status alone", REST, {"statusCode": 200}, Expected(200), _ECHOED),
    _same("nothing at all", REST, {}, Expected(200), _ECHOED),
    _same("headers alone", REST, {"headers": {"X-A": "1"}}, Expected(200, (("x-a", "1"), JSON)), _ECHOED),
    _same(
        "a bool as a header",
        REST,
        {"statusCode": 200, "headers": {"X-A": "v", "X-B": True, "X-C": False}},
        Expected(200, (("x-a", "v"), ("x-b", "true"), ("x-c", "false"), JSON)),
        _ECHOED,
    ),
    _same("headers of null", REST, {"statusCode": 200, "headers": None}, Expected(200), _ECHOED),
    _same("an unknown key", REST, {"statusCode": 200, "unknownKey": "x"}, None, _ECHOED),
    _same(
        "Base64 that no media type asks for",
        REST,
        {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True},
        Expected(200, body=b"aGk="),
        _ECHOED,
    ),
    _same(
        "names of two cases are one",
        REST,
        {"statusCode": 200, "multiValueHeaders": {"x-mUlti": ["m"]}, "headers": {"X-Multi": "s"}},
        Expected(200, (("x-multi", "m"), ("x-multi", "s"), JSON)),
        _ECHOED,
    ),
    _same(
        "several values that are no list", REST, {"statusCode": 200, "multiValueHeaders": {"X-A": "1"}}, None, _ECHOED
    ),
    _same("status as text", REST, {"statusCode": "201"}, Expected(201), _ECHOED),
    _same("status of letters", REST, {"statusCode": "abc"}, None, _ECHOED),
    _same("text in place of a result", REST, "just text", None, _ECHOED),
)

_PNG = ("image/png",)


def _encoded(text: str) -> Any:
    return {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": text, "isBase64Encoded": True}


def _binary(name: str, accept: str | None, types: tuple[str, ...], body: bytes, text: str = "aGk=") -> AnswerFact:
    expected = Expected(200, (("content-type", "image/png"),), body)
    return AnswerFact(name, REST, _encoded(text), {"rest": expected}, _BINARY, accept, types)


_BINARY_ANSWERS = (
    _binary("decoded by its type", "image/png", _PNG, b"hi"),
    _binary("parameters of Accept", "image/png;q=0.8", _PNG, b"hi"),
    _binary("the first type counts", "text/html, image/png", _PNG, b"aGk="),
    _binary("the first of several", "image/png, text/html", _PNG, b"hi"),
    _binary("a kind of type", "image/png", ("image/*",), b"hi"),
    _binary("another kind of type", "text/html", ("image/*",), b"aGk="),
    _binary("every type", "image/png", ("*/*",), b"hi"),
    _binary("any type accepted", "*/*", _PNG, b"aGk="),
    _binary("any type accepted and configured", "*/*", ("*/*",), b"hi"),
    _binary("a kind accepted", "image/*", _PNG, b"aGk="),
    _binary("a kind accepted and configured", "image/*", ("image/*",), b"hi"),
    _binary("a kind accepted, any configured", "image/*", ("*/*",), b"aGk="),
    _binary("any kind of a name", "*/png", ("*/png", "image/png"), b"aGk="),
    _binary("nothing accepted", None, ("*/*",), b"aGk="),
    *(
        AnswerFact(f"bad Base64: {text}", REST, _encoded(text), {"rest": UNMAPPABLE}, _BINARY, "image/png", _PNG)
        for text in ("a", "aG*k=")
    ),
    _binary("bad Base64 that is not decoded", "text/html", _PNG, b"a", "a"),
)

_RENAMED = [
    "Authorization",
    "Connection",
    "Content-Length",
    "Content-MD5",
    "Date",
    "Expect",
    "Host",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Server",
    "Trailer",
    "User-Agent",
    "WWW-Authenticate",
]
_HEADERS = (
    *(
        _same(
            f"REST renames {name}",
            REST,
            {"statusCode": 200, "headers": {name: "v"}},
            Expected(200, ((f"x-amzn-remapped-{name.lower()}", "v"), JSON)),
            _REMAPPED,
        )
        for name in _RENAMED
    ),
    _same(
        "REST passes TE",
        REST,
        {"statusCode": 200, "headers": {"TE": "v"}},
        Expected(200, (("te", "v"), JSON)),
        _REMAPPED,
    ),
    _same(
        "REST drops Transfer-Encoding",
        REST,
        {"statusCode": 200, "headers": {"Transfer-Encoding": "chunked"}},
        Expected(200),
        _REMAPPED,
    ),
    *(
        _same(
            f"HTTP drops {name}",
            HTTP,
            {"statusCode": 200, "headers": {name: "1"}},
            Expected(200, (TEXT,)),
            _HTTP_HEADERS,
        )
        for name in ("Connection", "Content-Length", "Date", "Transfer-Encoding", "Upgrade")
    ),
    _same(
        "HTTP renames nothing",
        HTTP,
        {"statusCode": 401, "headers": {"WWW-Authenticate": "v", "Server": "s"}},
        Expected(401, (("www-authenticate", "v"), ("server", "s"), TEXT)),
        _HTTP_HEADERS,
    ),
    _same(
        "a value in both kinds",
        PAYLOAD_1,
        {"statusCode": 200, "headers": {"Content-Type": "a/b", "X-A": "1"}, "multiValueHeaders": {"x-a": ["1", "2"]}},
        Expected(200, (("x-a", "1"), ("x-a", "2"), ("content-type", "a/b"))),
        _FORMAT_1,
    ),
    _same(
        "cookies",
        ("http-2.0",),
        {"statusCode": 200, "cookies": ["a=1", "b=2; Secure"]},
        Expected(200, (("set-cookie", "a=1"), ("set-cookie", "b=2; Secure"), TEXT)),
        _FORMAT_2,
    ),
)

_RUNTIMES = (
    _same(
        "UTF-8 text",
        REST,
        {"statusCode": 200, "body": "caf\u00e9 \U0001f34e"},
        Expected(200, body="caf\u00e9 \U0001f34e".encode()),
        _RUNTIME,
    ),
    _same(
        "UTF-8 bytes",
        REST,
        {"statusCode": 200, "body": "caf\u00e9".encode()},
        Expected(200, body="caf\u00e9".encode()),
        _RUNTIME,
    ),
    _same("bytes that are not UTF-8", EVERY, {"statusCode": 200, "body": b"\xff"}, None, _RUNTIME),
    _same("a date", EVERY, {"statusCode": 200, "body": datetime.date(2026, 1, 2)}, None, _RUNTIME),
    _same("a set", EVERY, {"statusCode": 200, "body": {"a"}}, None, _RUNTIME),
    _same("no body", REST, {"statusCode": 404, "body": None}, Expected(404), _RUNTIME),
    _same("an object as body", REST, {"statusCode": 200, "body": {"a": 1}}, None, _RUNTIME),
    _same("a list in place of a result", REST, [1], None, _RUNTIME),
    _same("null in place of a result", REST, None, None, _RUNTIME),
    _same("204 with a body", REST, {"statusCode": 204, "body": "x"}, Expected(204), _BODILESS),
    _same("304 with a body", REST, {"statusCode": 304, "body": "x"}, Expected(304), _BODILESS),
    _same("a result that is too large", EVERY, {"statusCode": 200, "body": "x" * 6_291_556}, None, _SIZE),
    _same("text without a status is the body", ("http-2.0",), "just text", Expected(200, body=b"just text"), _FORMAT_2),
)

ANSWER_FACTS = _RECORDINGS + _ECHOES + _BINARY_ANSWERS + _HEADERS + _RUNTIMES
