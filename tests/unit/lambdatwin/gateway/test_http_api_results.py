"""Results as an HTTP API answers them, in both payload formats. (recorded) marks facts of the live gateway."""

from typing import Any

import pytest

from src.lambdatwin.gateway.api import HttpApi
from src.lambdatwin.gateway.result import PayloadFormat, http_response
from src.lambdatwin.lambda_runtime.marshalling import MalformedResult

TEXT = (b"content-type", b"text/plain; charset=utf-8")
JSON = (b"content-type", b"application/json")
type Row = tuple[PayloadFormat, Any, int, list[tuple[bytes, bytes]], bytes]

ANSWERS: dict[str, Row] = {
    "1.0 explicit type (recorded)": (
        "1.0",
        {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "x"},
        200,
        [JSON],
        b"x",
    ),
    "1.0 default type (recorded)": ("1.0", {"statusCode": 201, "body": '{"m":1}'}, 201, [TEXT], b'{"m":1}'),
    "1.0 custom header (recorded)": (
        "1.0",
        {"statusCode": 200, "headers": {"X-C": "v"}, "body": "x"},
        200,
        [(b"x-c", b"v"), TEXT],
        b"x",
    ),
    "1.0 several values (recorded)": (
        "1.0",
        {"statusCode": 200, "multiValueHeaders": {"X": ["1", "2"]}, "body": "x"},
        200,
        [(b"x", b"1"), (b"x", b"2"), TEXT],
        b"x",
    ),
    "1.0 merged (recorded)": (
        "1.0",
        {"statusCode": 200, "headers": {"C": "s"}, "multiValueHeaders": {"C": ["m"]}, "body": "x"},
        200,
        [(b"c", b"m"), (b"c", b"s"), TEXT],
        b"x",
    ),
    "1.0 not Base64 (recorded)": ("1.0", {"statusCode": 200, "body": "x", "isBase64Encoded": False}, 200, [TEXT], b"x"),
    "1.0 Base64": ("1.0", {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, 200, [TEXT], b"hi"),
    "1.0 unknown keys are passed over": ("1.0", {"statusCode": 200, "body": "x", "extra": 1}, 200, [TEXT], b"x"),
    "2.0 explicit type (recorded)": (
        "2.0",
        {"statusCode": 201, "headers": {"Content-Type": "application/xml"}, "body": "x"},
        201,
        [(b"content-type", b"application/xml")],
        b"x",
    ),
    "2.0 default type (recorded)": ("2.0", {"statusCode": 201, "body": '{"m":1}'}, 201, [TEXT], b'{"m":1}'),
    "2.0 commas stay (recorded)": (
        "2.0",
        {"statusCode": 200, "headers": {"myheader": "test,other"}, "body": "x"},
        200,
        [(b"myheader", b"test,other"), TEXT],
        b"x",
    ),
    "2.0 Base64 (recorded)": (
        "2.0",
        {"statusCode": 200, "body": "eyJhIjoxfQ==", "isBase64Encoded": True},
        200,
        [TEXT],
        b'{"a":1}',
    ),
    "2.0 not Base64 (recorded)": ("2.0", {"statusCode": 200, "body": "x", "isBase64Encoded": False}, 200, [TEXT], b"x"),
    "2.0 cookies": (
        "2.0",
        {"statusCode": 200, "cookies": ["a=1", "b=2"]},
        200,
        [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), TEXT],
        b"",
    ),
    "2.0 multiValueHeaders are not read": (
        "2.0",
        {"statusCode": 200, "multiValueHeaders": {"X": "odd"}, "body": "x"},
        200,
        [TEXT],
        b"x",
    ),
    "2.0 without a status": ("2.0", {"message": "caf\u00e9"}, 200, [JSON], '{"message": "caf\u00e9"}'.encode()),
    "2.0 text": ("2.0", "Hello", 200, [JSON], b"Hello"),
    "2.0 list": ("2.0", [1, True], 200, [JSON], b"[1, true]"),
    "2.0 null is JSON too": ("2.0", None, 200, [JSON], b"null"),
    "2.0 connection is the gateway's": (
        "2.0",
        {"statusCode": 200, "headers": {"Connection": "close", "Content-Length": "9"}, "body": "x"},
        200,
        [TEXT],
        b"x",
    ),
    "2.0 the date is the gateway's": (
        "2.0",
        {"statusCode": 200, "headers": {"Date": "d", "Upgrade": "h2c", "Transfer-Encoding": "chunked"}, "body": "x"},
        200,
        [TEXT],
        b"x",
    ),
    "1.0 nothing is renamed": (
        "1.0",
        {"statusCode": 200, "headers": {"Server": "s", "WWW-Authenticate": "w", "TE": "t", "Expect": "e"}, "body": "x"},
        200,
        [(b"server", b"s"), (b"www-authenticate", b"w"), (b"te", b"t"), (b"expect", b"e"), TEXT],
        b"x",
    ),
    "2.0 204": ("2.0", {"statusCode": 204, "body": "x"}, 204, [TEXT], b""),
}

MALFORMED: list[tuple[PayloadFormat, Any]] = [
    ("1.0", {"statusCode": 0, "body": "x"}),
    ("2.0", {"statusCode": 0, "body": "x"}),
    ("2.0", {"statusCode": "abc"}),
    ("2.0", {"statusCode": 600}),
    ("2.0", {"statusCode": 200, "headers": {"A": "b\r\nc"}}),
    ("2.0", {"statusCode": 200, "cookies": ["a=1\r\nB: 2"]}),
    ("2.0", {"statusCode": 200, "body": "%", "isBase64Encoded": True}),
    ("2.0", {"at": object()}),
    ("2.0", float("nan")),
    ("1.0", {"body": "x"}),
    ("1.0", "Hello"),
    ("1.0", None),
]


@pytest.mark.parametrize("row", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_result_gives_the_http_apis_answer(row: Row) -> None:
    payload_format, result, status, headers, body = row
    response = http_response(result, payload_format=payload_format)
    assert (response.status, list(response.headers), response.body) == (status, headers, body)


@pytest.mark.parametrize(("payload_format", "result"), MALFORMED)
def test_a_malformed_result_is_refused(payload_format: PayloadFormat, result: object) -> None:
    with pytest.raises(MalformedResult):
        http_response(result, payload_format=payload_format)


def test_the_malformed_answer_is_exact() -> None:
    answer = HttpApi().failed(None)
    assert (answer.status, answer.body, answer.headers) == (500, b'{"message":"Internal Server Error"}', (JSON,))
