"""Requests whose events were recorded behind live APIs, sent over a socket: keys and values must be those recorded.

Restated from the recordings; ids, times and what an edge-optimised API adds are AWS's own. The REST API of the
recordings has `ANY /{proxy+}` and `ANY /hardcoded`, the HTTP API has `$default`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.toy_gateway import toy_router

from .served import served

pytestmark = pytest.mark.anyio

HOST = "abc123.execute-api.eu-west-1.amazonaws.com"
BODY = '{"word": "\u03bb"}'
CLIENT = (
    ("User-Agent", "tests/1"),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Authorization", "no-signature"),
    ("mIxEd-CaSe", "VaLuE"),
)
CAPTURED = (
    ("User-Agent", "tests/1"),
    ("accept", "*/*"),
    ("content-type", "application/json"),
    ("cookie", "session=abc; theme=dark"),
    ("x-probe", "first"),
    ("x-probe", "second"),
    ("content-length", str(len(BODY.encode()))),
)
EDGE = ("x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")
OWN = {"accountId", "apiId", "requestId"}
OWN_1 = OWN | {"deploymentId", "extendedRequestId", "resourceId", "requestTime", "requestTimeEpoch"}
OWN_2 = OWN | {"time", "timeEpoch"}
NO_IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)
IDENTITY = {**dict.fromkeys(NO_IDENTITY), "sourceIp": "127.0.0.1", "userAgent": "tests/1"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A target, and what its REST event has of the path and the query."""

    target: str
    path: str
    proxy: str | None
    query: Mapping[str, str] = field(default_factory=dict)


ENCODINGS = "when=2026-06-12T18:05+00:00&mail=a%2Bb@c.de&plus=a+b@c.de&url=https://x.org/&space=foo%20bar&end=x/"
DECODED = {
    "when": "2026-06-12T18:05 00:00",
    "mail": "a+b@c.de",
    "plus": "a b@c.de",
    "url": "https://x.org/",
    "space": "foo bar",
    "end": "x/",
}
REST = {
    "no slash behind": Recorded("/value", "/value", "value"),
    "a slash behind": Recorded("/value/", "/value/", "value"),
    "a query": Recorded("/value?a=test", "/value", "value", {"a": "test"}),
    "a slash and a query": Recorded("/value/?a=test", "/value/", "value", {"a": "test"}),
    "an encoded and a plain plus": Recorded(
        "/v/a%2Bb@c.de/a+b@c.de", "/v/a%2Bb@c.de/a+b@c.de", "v/a%2Bb@c.de/a+b@c.de"
    ),
    "encodings of a query": Recorded(f"/v/api?{ENCODINGS}", "/v/api", "v/api", DECODED),
    "a literal behind two slashes": Recorded("//hardcoded", "/hardcoded", None),
}


async def echo(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"statusCode": 200, "body": json.dumps(event)}


async def _event(
    target: str, client: Sequence[tuple[str, str]], routes: Sequence[str], body: str = "", **settings: Any
) -> Any:
    """The event of one request, with the lines of its client as they are."""
    lines = [f"{'POST' if body else 'GET'} {target} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in client]
    more = [toy_router(echo, method="ANY", path=path) for path in routes[1:]]
    async with served(echo, method="ANY", path=routes[0], more=more, **settings) as server:
        head, _, answer = (await server.told(("\r\n".join(lines) + "\r\n\r\n" + body).encode())).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    return json.loads(answer)


def _without(context: dict[str, Any], own: set[str]) -> dict[str, Any]:
    assert own <= context.keys()
    return {name: value for name, value in context.items() if name not in own}


def _lower(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.mark.parametrize("name", REST)
async def test_rest(name: str) -> None:
    recorded = REST[name]
    event = await _event(recorded.target, CLIENT, ("/{proxy+}", "/hardcoded"), gateway_stage="stage")
    headers, resource = _lower(event["headers"]), "/hardcoded" if recorded.proxy is None else "/{proxy+}"
    assert headers == {**_lower(dict(CLIENT)), "host": HOST, **{name: headers[name] for name in EDGE}}
    assert _lower(event["multiValueHeaders"]) == {name: [value] for name, value in headers.items()}
    assert _without(event["requestContext"], OWN_1) == {
        "domainName": HOST,
        "domainPrefix": "abc123",
        "httpMethod": "GET",
        "identity": IDENTITY,
        "path": f"/stage{recorded.target.partition('?')[0]}",
        "protocol": "HTTP/1.1",
        "resourcePath": resource,
        "stage": "stage",
    }
    assert _without(event, {"headers", "multiValueHeaders", "requestContext"}) == {
        "resource": resource,
        "path": recorded.path,
        "httpMethod": "GET",
        "queryStringParameters": dict(recorded.query) or None,
        "multiValueQueryStringParameters": {key: [value] for key, value in recorded.query.items()} or None,
        "pathParameters": recorded.proxy and {"proxy": recorded.proxy},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }


TARGET = "/capture/space%20value?repeat=one&repeat=two&url=https%3A%2F%2Fx.org%2Fa&plus=a+b&encoded=a%2Bb&empty="
QUERY = {"url": "https://x.org/a", "plus": "a b", "encoded": "a+b", "empty": ""}


@pytest.mark.parametrize(("kind", "path"), [("rest", "space%20value"), ("http-1.0", "space value")])
async def test_payload_1(kind: Any, path: str) -> None:
    """An HTTP API's has the same keys and `version`; its path is decoded, and it keeps Content-Length."""
    event = await _event(TARGET, CAPTURED, ("/{proxy+}",), BODY, gateway_payload=kind, gateway_stage="live")
    is_rest = kind == "rest"
    assert event.pop("version", None) == (None if is_rest else "1.0")
    assert event["path"] == ("" if is_rest else "/live") + f"/capture/{path}"
    assert event["pathParameters"] == {"proxy": f"capture/{path}"}
    assert event["queryStringParameters"] == {**QUERY, "repeat": "two"}
    assert event["multiValueQueryStringParameters"] == {
        **{key: [value] for key, value in QUERY.items()},
        "repeat": ["one", "two"],
    }
    headers = _lower(event["multiValueHeaders"])
    assert headers.pop("content-length", None) == (None if is_rest else [str(len(BODY.encode()))])
    assert headers.keys() == {"host", "user-agent", "accept", "content-type", "cookie", "x-probe", *EDGE}
    assert headers["x-probe"] == ["first", "second"]
    assert _lower(event["headers"])["x-probe"] == "second"
    assert (event["body"], event["isBase64Encoded"], event["stageVariables"]) == (BODY, False, None)
    context = event["requestContext"]
    assert (context["path"], context["resourcePath"], context["stage"]) == (
        f"/live/capture/{path}",
        "/{proxy+}",
        "live",
    )
    assert context["identity"] == IDENTITY


async def test_payload_2() -> None:
    event = await _event(TARGET, CAPTURED, ("$default",), BODY, gateway_payload="http-2.0")
    context = event.pop("requestContext")
    headers = event.pop("headers")
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/capture/space value",
        "rawQueryString": TARGET.partition("?")[2],
        "cookies": ["session=abc", "theme=dark"],
        "queryStringParameters": {**QUERY, "repeat": "one,two"},
        "body": BODY,
        "isBase64Encoded": False,
    }
    passing = {name: value for name, value in _lower(dict(CAPTURED)).items() if name != "cookie"}
    edge = {name: headers[name] for name in EDGE}
    assert headers == {**passing, "x-probe": "first,second", "host": HOST, **edge}
    assert _without(context, OWN_2) == {
        "domainName": HOST,
        "domainPrefix": "abc123",
        "http": {
            "method": "POST",
            "path": "/capture/space value",
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "tests/1",
        },
        "routeKey": "$default",
        "stage": "$default",
    }
