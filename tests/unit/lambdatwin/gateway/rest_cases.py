"""Handler results and what a client of a REST API sees of them: one row a case.

A row without an answer is malformed: the gateway's 502. Facts recorded from the live gateway are marked (recorded).
"""

import enum
from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

JSON = ("content-type", "application/json")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (JSON,)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    result: Any
    answer: Answer | None = None


class Shade(enum.StrEnum):
    RED = "red"


Pair = namedtuple("Pair", ["statusCode", "body"])


def _ok(**fields: Any) -> dict[str, Any]:
    return {"statusCode": 200, **fields}


def _header(value: object) -> dict[str, Any]:
    return _ok(headers={"X-Value": value}, body="x")


def _value(text: str) -> Answer:
    return Answer(body=b"x", headers=(("x-value", text), JSON))


STATUSES = (
    Case("200", _ok(body="x"), Answer(body=b"x")),
    Case("201 without headers (recorded)", {"statusCode": 201, "body": '{"m":"C"}'}, Answer(201, b'{"m":"C"}')),
    Case("text 201", {"statusCode": "201", "body": "x"}, Answer(201, b"x")),
    Case("float 200.0", {"statusCode": 200.0, "body": "x"}, Answer(200, b"x")),
    Case("Decimal 404", {"statusCode": Decimal("404"), "body": "x"}, Answer(404, b"x")),
    Case("HTTPStatus", {"statusCode": HTTPStatus.CONFLICT, "body": "x"}, Answer(409, b"x")),
    Case("599", {"statusCode": 599, "body": "x"}, Answer(599, b"x")),
    Case("missing", {"body": "x"}, Answer(200, b"x")),
    Case("null", {"statusCode": None, "body": "x"}, Answer(200, b"x")),
    Case("nothing at all (recorded)", {}, Answer()),
    Case("no status (recorded)", {"headers": {"X-A": "1"}}, Answer(headers=(("x-a", "1"), JSON))),
    Case("204 has no body", {"statusCode": 204, "body": "x"}, Answer(204)),
    Case(
        "304 has no body",
        {"statusCode": 304, "headers": {"ETag": "a"}, "body": "x"},
        Answer(304, b"", (("etag", "a"), JSON)),
    ),
    Case("0 (recorded)", {"statusCode": 0, "body": '{"key":"x"}'}),
    Case("text 0", {"statusCode": "0", "body": "x"}),
    Case("text abc", {"statusCode": "abc", "body": "x"}),
    Case("empty text", {"statusCode": "", "body": "x"}),
    Case("text with spaces", {"statusCode": " 200 ", "body": "x"}),
    Case("text in Arabic digits", {"statusCode": "٢٠٠", "body": "x"}),
    Case("text of a float", {"statusCode": "200.0", "body": "x"}),
    Case("99", {"statusCode": 99, "body": "x"}),
    Case("100", {"statusCode": 100, "body": "x"}),
    Case("text 101", {"statusCode": "101", "body": "x"}),
    Case("600", {"statusCode": 600, "body": "x"}),
    Case("text 600", {"statusCode": "600", "body": "x"}),
    Case("negative", {"statusCode": -200, "body": "x"}),
    Case("a number without end", {"statusCode": 10**400, "body": "x"}),
    Case("bool", {"statusCode": True, "body": "x"}),
    Case("list", {"statusCode": [200], "body": "x"}),
    Case("object", {"statusCode": {"code": 200}, "body": "x"}),
    Case("NaN", {"statusCode": float("nan"), "body": "x"}),
)

BODIES = (
    Case(
        "text with an explicit type (recorded)",
        _ok(headers={"Content-Type": "application/json"}, body='{"m":"H"}'),
        Answer(body=b'{"m":"H"}'),
    ),
    Case("plain text is called JSON (recorded)", _ok(body="Hello, World!"), Answer(body=b"Hello, World!")),
    Case("non-ASCII", _ok(body="caf\u00e9 \U0001f34e \u2028"), Answer(body="caf\u00e9 \U0001f34e \u2028".encode())),
    Case("control characters", _ok(body="a\x00b\r\n\x1f\x7f"), Answer(body=b"a\x00b\r\n\x1f\x7f")),
    Case("UTF-8 bytes", _ok(body="caf\u00e9".encode()), Answer(body="caf\u00e9".encode())),
    Case("UTF-8 bytes, empty headers", _ok(headers={}, body="caf\u00e9".encode()), Answer(body="caf\u00e9".encode())),
    Case("bytes that are no text", _ok(body=b"\xff\xfe")),
    Case("bytes that are no text, empty headers", _ok(headers={}, body=b"\xff\xfe")),
    Case("null", _ok(body=None), Answer()),
    Case("missing", _ok(), Answer()),
    Case("empty", _ok(body=""), Answer()),
    Case("int", _ok(body=42), Answer(body=b"42")),
    Case("float", _ok(body=1.5), Answer(body=b"1.5")),
    Case("Decimal keeps its zeros", _ok(body=Decimal("1.50")), Answer(body=b"1.50")),
    Case("bool", _ok(body=True), Answer(body=b"true")),
    Case("enum of text", _ok(body=Shade.RED), Answer(body=b"red")),
    Case("dict", _ok(body={"message": "x"})),
    Case("list", _ok(body=["x"])),
    Case("datetime", _ok(body=datetime(2026, 1, 1, tzinfo=UTC))),
    Case("set", _ok(body={"x"})),
    Case("lone surrogate", _ok(body="\ud800")),
    Case("lone surrogate, empty headers", _ok(headers={}, body="\ud800")),
    Case("infinity", _ok(body=float("inf"))),
    Case("int of 5000 digits", _ok(body=10**5000)),
    Case("not Base64 (recorded)", _ok(isBase64Encoded=False, body="x"), Answer(body=b"x")),
    Case("Base64 without binary types", _ok(isBase64Encoded=True, body="aGk="), Answer(body=b"aGk=")),
    Case("Base64 flag as text", _ok(isBase64Encoded="true", body="aGk="), Answer(body=b"aGk=")),
    Case("Base64 flag as a number", _ok(isBase64Encoded=1, body="aGk=")),
    Case("Base64 flag as other text", _ok(isBase64Encoded="yes", body="aGk=")),
    Case("Base64 flag null", _ok(isBase64Encoded=None, body="x"), Answer(body=b"x")),
    Case("older name of the Base64 flag", _ok(base64Encoded=False, body="x"), Answer(body=b"x")),
)

HEADERS = (
    Case(
        "a custom one (recorded)",
        _ok(headers={"Content-Type": "application/json", "X-Custom-Header": "V"}, body="x"),
        Answer(body=b"x", headers=(JSON, ("x-custom-header", "V"))),
    ),
    Case(
        "commas stay (recorded)",
        _ok(headers={"myheader": "test,other"}, body="x"),
        Answer(body=b"x", headers=(("myheader", "test,other"), JSON)),
    ),
    Case(
        "several values (recorded)",
        _ok(multiValueHeaders={"X-Multi": ["1", "2"]}, body="x"),
        Answer(body=b"x", headers=(("x-multi", "1"), ("x-multi", "2"), JSON)),
    ),
    Case(
        "both kinds merge (recorded)",
        _ok(headers={"C": "single", "X": "s"}, multiValueHeaders={"C": ["m1", "m2"]}, body="x"),
        Answer(body=b"x", headers=(("c", "m1"), ("c", "m2"), ("c", "single"), ("x", "s"), JSON)),
    ),
    Case(
        "the same pair once",
        _ok(headers={"C": "m1"}, multiValueHeaders={"C": ["m1", "m2"]}, body="x"),
        Answer(body=b"x", headers=(("c", "m1"), ("c", "m2"), JSON)),
    ),
    Case(
        "the same pair in another case",
        _ok(headers={"c": "m1"}, multiValueHeaders={"C": ["m1"]}, body="x"),
        Answer(body=b"x", headers=(("c", "m1"), JSON)),
    ),
    Case(
        "a value twice in one list",
        _ok(multiValueHeaders={"C": ["m", "m"]}),
        Answer(headers=(("c", "m"), ("c", "m"), JSON)),
    ),
    Case(
        "names that differ in case",
        _ok(headers={"X-A": "1", "x-a": "2"}, body="x"),
        Answer(body=b"x", headers=(("x-a", "1"), ("x-a", "2"), JSON)),
    ),
    Case(
        "content type in any case",
        _ok(headers={"CONTENT-TYPE": "text/html"}, body="x"),
        Answer(body=b"x", headers=(("content-type", "text/html"),)),
    ),
    Case(
        "content type among the lists",
        _ok(multiValueHeaders={"Content-Type": ["text/css"]}, body="x"),
        Answer(body=b"x", headers=(("content-type", "text/css"),)),
    ),
    Case(
        "two cookies",
        _ok(multiValueHeaders={"Set-Cookie": ["a=1; Path=/", "b=2"]}),
        Answer(headers=(("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2"), JSON)),
    ),
    Case("int", _header(7), _value("7")),
    Case("big int", _header(2**70), _value(str(2**70))),
    Case("bool", _header(True), _value("true")),
    Case("float", _header(1.5), _value("1.5")),
    Case("Decimal", _header(Decimal("1.50")), _value("1.50")),
    Case("bytes", _header(b"abc"), _value("abc")),
    Case("empty value", _header(""), _value("")),
    Case("surrounding spaces", _header("  a b \t"), _value("a b")),
    Case("tab inside", _header("a\tb"), _value("a\tb")),
    Case("Latin-1", _header("caf\u00e9"), _value("caf\u00e9")),
    Case("null is left out", _header(None), Answer(body=b"x")),
    Case(
        "null in a list is left out",
        _ok(multiValueHeaders={"A": [None, "1"], "B": None, "C": []}),
        Answer(headers=(("a", "1"), JSON)),
    ),
    Case(
        "a bool among others (recorded)",
        _ok(headers={"test-header": "value", "header-bool": True}),
        Answer(headers=(("test-header", "value"), ("header-bool", "true"), JSON)),
    ),
    Case("headers null (recorded)", _ok(headers=None), Answer()),
    Case("headers null, both kinds", _ok(headers=None, multiValueHeaders=None, body="x"), Answer(body=b"x")),
    Case("list as a value", _header(["a"])),
    Case("dict as a value", _header({"a": "b"})),
    Case("NaN as a value", _header(float("nan"))),
    Case("text in place of a list (recorded)", _ok(multiValueHeaders={"A": "1"})),
    Case("list inside a list", _ok(multiValueHeaders={"A": [["1"]]})),
    Case("headers as a list", _ok(headers=[["A", "1"]])),
    Case("headers as text", _ok(headers="A: 1")),
    Case("multiValueHeaders as a list", _ok(multiValueHeaders=["A"])),
    Case("injection by CRLF", _header("a\r\nSet-Cookie: s=1")),
    Case("injection by LF", _header("a\nb")),
    Case("a CR", _header("a\rb")),
    Case("a trailing LF", _header("a\n")),
    Case("NUL", _header("a\x00")),
    Case("DEL", _header("a\x7f")),
    Case("C1 control", _header("a\x85b")),
    Case("injection in a list", _ok(multiValueHeaders={"A": ["ok", "a\r\nB: 1"]})),
    Case("outside Latin-1", _header("\u4f60")),
    Case("line separator", _header("a\u2028b")),
    Case("lone surrogate", _header("\ud800")),
    Case("injection in a name", _ok(headers={"A: 1\r\nB": "2"})),
    Case("name with a space", _ok(headers={"A B": "1"})),
    Case("name with a colon", _ok(headers={"A:": "1"})),
    Case("empty name", _ok(headers={"": "1"})),
    Case("name outside ASCII", _ok(headers={"Caf\u00e9": "1"})),
    Case("name with a trailing LF", _ok(headers={"A\n": "1"})),
    Case("key that is a number", _ok(headers={1: "x"}), Answer(headers=(("1", "x"), JSON))),
    Case("key that is None", _ok(headers={None: "x"}), Answer(headers=(("null", "x"), JSON))),
    Case("key that is a tuple", _ok(headers={(1, 2): "x"})),
    Case(
        "content-length is renamed",
        _ok(headers={"Content-Length": "9999"}, body="x"),
        Answer(body=b"x", headers=(("x-amzn-remapped-content-length", "9999"), JSON)),
    ),
    Case(
        "connection is renamed",
        _ok(headers={"Connection": "close"}),
        Answer(headers=(("x-amzn-remapped-connection", "close"), JSON)),
    ),
    Case(
        "date and server are renamed",
        _ok(headers={"Date": "d", "Server": "s"}),
        Answer(headers=(("x-amzn-remapped-date", "d"), ("x-amzn-remapped-server", "s"), JSON)),
    ),
    Case(
        "www-authenticate is renamed",
        _ok(headers={"WWW-Authenticate": "Basic"}),
        Answer(headers=(("x-amzn-remapped-www-authenticate", "Basic"), JSON)),
    ),
    Case(
        "framing is dropped",
        _ok(headers={"Transfer-Encoding": "chunked", "Upgrade": "h2c", "Keep-Alive": "timeout=5"}),
        Answer(),
    ),
    Case("te passes (recorded)", _ok(headers={"TE": "trailers"}), Answer(headers=(("te", "trailers"), JSON))),
    *(
        Case(
            f"{name} is renamed (recorded)",
            _ok(headers={name: "x"}),
            Answer(headers=((f"x-amzn-remapped-{name.lower()}", "x"), JSON)),
        )
        for name in (
            "Authorization",
            "Content-MD5",
            "Expect",
            "Host",
            "Max-Forwards",
            "Proxy-Authenticate",
            "Trailer",
            "User-Agent",
        )
    ),
)

WHOLES = (
    Case("None", None),
    Case("text", "Hello"),
    Case("list", [_ok(body="x")]),
    Case("number", 7),
    Case("bool", True),
    Case("unknown key (recorded)", _ok(body="x", extra=1)),
    Case("key in another case", _ok(Body="x")),
    Case("cookies are read over", _ok(body="x", cookies=["a=1"]), Answer(body=b"x")),
    Case("named tuple", Pair(201, "x"), Answer(201, b"x")),
    Case("tuple", (200, "x")),
    Case("an object", object()),
    Case("bytes of JSON", b'{"statusCode": 202, "body": "x"}', Answer(202, b"x")),
    Case("bytes of other things", b"hello"),
    Case("bytes that are no text", b"\xff"),
    Case("payload of the limit and more", _ok(body="x" * 6_291_556)),
    Case("escapes count for the limit", _ok(headers={}, body="\x00" * 1_100_000)),
    Case("six million characters", _ok(headers={}, body="x" * 6_000_000), Answer(body=b"x" * 6_000_000)),
)

CASES = {
    f"{kind}: {case.name}": case
    for kind, cases in {"status": STATUSES, "body": BODIES, "headers": HEADERS, "whole": WHOLES}.items()
    for case in cases
}
