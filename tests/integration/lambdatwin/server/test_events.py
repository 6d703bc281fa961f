"""From the bytes of a request to the event of its handler, and from a result to the bytes of an answer."""

import base64
import json
from typing import Any

import pytest

from .served import Served, served

pytestmark = pytest.mark.anyio

BODY = '{"word": "\u03bb"}'
QUERY = b"repeat=one&repeat=two&url=https%3A%2F%2Fx.org%2Fa&plus=a+b&encoded=a%2Bb&empty="
REQUEST = b"\r\n".join(
    (
        b"POST /capture/space%20value/?" + QUERY + b" HTTP/1.1",
        b"Host: abc.api.test:8443",
        b"User-Agent: tests/1",
        b"X-Probe: first",
        b"x-probe: second",
        b"Cookie: session=abc; theme=dark",
        b"Content-Type: application/json",
        b"Connection: close",
        b"TE: trailers",
        b"Content-Length: %d" % len(BODY.encode()),
        b"",
        BODY.encode(),
    )
)


async def echo(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"Date": "never", "Server": "toy"}, "body": json.dumps(event)}


async def _answer(server: Served) -> tuple[list[bytes], Any]:
    head, _, body = (await server.told(REQUEST)).partition(b"\r\n\r\n")
    return head.lower().split(b"\r\n"), json.loads(body)


async def test_a_rest_event_off_the_socket() -> None:
    async with served(echo, method="ANY", path="/{proxy+}", gateway_stage="live") as server:
        lines, event = await _answer(server)
    own = {"X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"}
    assert event["headers"].keys() == own | {"Host", "User-Agent", "X-Probe", "Cookie", "Content-Type"}
    assert event["multiValueHeaders"]["X-Probe"] == ["first", "second"]
    assert (event["resource"], event["path"]) == ("/{proxy+}", "/capture/space%20value/")
    assert event["pathParameters"] == {"proxy": "capture/space%20value"}
    assert event["requestContext"]["path"] == "/live/capture/space%20value/"
    assert event["queryStringParameters"] == {
        "repeat": "two",
        "url": "https://x.org/a",
        "plus": "a b",
        "encoded": "a+b",
        "empty": "",
    }
    assert event["multiValueQueryStringParameters"]["repeat"] == ["one", "two"]
    assert (event["body"], event["isBase64Encoded"]) == (BODY, False)
    assert [line for line in lines if b"date:" in line and b"never" in line] == [b"x-amzn-remapped-date: never"]
    assert b"x-amzn-remapped-server: toy" in lines


@pytest.mark.parametrize("payload", ["http-1.0", "http-2.0"])
async def test_an_http_apis_event_off_the_socket(payload: str) -> None:
    async with served(echo, method="ANY", path="/{proxy+}", gateway_payload=payload) as server:
        lines, event = await _answer(server)
    headers = {name.lower(): value for name, value in event["headers"].items()}
    assert headers["content-length"] == str(len(BODY.encode()))
    assert (headers["x-forwarded-port"], headers["x-forwarded-for"]) == ("8443", "127.0.0.1")
    assert event["pathParameters"] == {"proxy": "capture/space value/"}
    assert (event["body"], event["isBase64Encoded"]) == (BODY, False)
    if payload == "http-2.0":
        assert event["rawPath"] == "/capture/space value/"
        assert event["rawQueryString"] == QUERY.decode()
        assert (event["headers"]["x-probe"], event["cookies"]) == ("first,second", ["session=abc", "theme=dark"])
        assert event["routeKey"] == "ANY /{proxy+}"
    else:
        assert (event["version"], event["path"]) == ("1.0", "/capture/space value/")
        assert event["multiValueHeaders"]["X-Probe"] == ["first", "second"]
    assert len([line for line in lines if line.startswith(b"date:")]) == 1
    assert b"server: toy" in lines


async def test_a_binary_body_arrives_and_leaves_as_it_was() -> None:
    pdf = bytes(range(256))

    async def mirror(event: dict[str, Any], context: Any) -> dict[str, Any]:
        assert base64.b64decode(event["body"]) == pdf
        headers = {"Content-Type": "application/pdf"}
        return {"statusCode": 200, "headers": headers, "body": event["body"], "isBase64Encoded": True}

    head = (
        b"POST /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Type: application/pdf\r\nContent-Length: 256\r\n"
    )
    async with served(mirror, binary_media_types=("application/*",)) as server:
        answer = await server.told(head + b"Accept: application/pdf, */*\r\n\r\n" + pdf)
        text = await server.told(head + b"\r\n" + pdf)
    assert answer.partition(b"\r\n\r\n")[2] == pdf
    assert text.partition(b"\r\n\r\n")[2] == base64.b64encode(pdf)


@pytest.mark.parametrize(
    ("payload", "status", "body"),
    [
        ("rest", 502, b'{"message": "Internal server error"}'),
        ("http-1.0", 500, b'{"message":"Internal Server Error"}'),
        ("http-2.0", 500, b'{"message":"Internal Server Error"}'),
    ],
)
async def test_a_malformed_result_in_three_modes(payload: str, status: int, body: bytes) -> None:
    async def zero(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return {"statusCode": 0, "body": "x"}

    async with served(zero, method="ANY", path="/{proxy+}", gateway_payload=payload) as server:
        head, _, sent = (await server.told(REQUEST)).partition(b"\r\n\r\n")
    assert (int(head.split()[1]), sent) == (status, body)
    assert (b"x-amzn-errortype: InternalServerErrorException" in head.split(b"\r\n")) == (payload == "rest")
