"""Requests as HTTP API events, payload format 2.0."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model
from hypothesis import HealthCheck, given, settings

from src.lambdatwin.gateway.http import RawRequest
from src.lambdatwin.gateway.http_event import http_event
from tests.unit.lambdatwin.gateway.requests_made import CLAIMS, PARAMETERS, REQUESTS

NOW = datetime(2026, 11, 22, 18, 5, 9, 123_456, tzinfo=UTC)
ALWAYS = {"version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded"}
CONTEXT_KEYS = {
    "accountId",
    "apiId",
    "domainName",
    "domainPrefix",
    "http",
    "requestId",
    "routeKey",
    "stage",
    "time",
    "timeEpoch",
}


def _event(request: RawRequest, claims: Any = None, parameters: Any = None) -> dict[str, Any]:
    facts: dict[str, Any] = {"request_id": "r-1", "now": NOW}
    return http_event(request, resource="/products/{id}", path_parameters=parameters, claims=claims, **facts)


def _request(query: bytes = b"", headers: tuple[tuple[bytes, bytes], ...] = (), body: bytes = b"") -> RawRequest:
    return RawRequest("POST", b"/products/a%2Fb", query, headers, body, "10.0.0.7", "HTTP/1.1")


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(REQUESTS, CLAIMS, PARAMETERS)
def test_any_request_becomes_a_valid_event_with_exactly_the_documented_keys(
    request_: RawRequest, claims: Any, parameters: Any
) -> None:
    event = _event(request_, claims, parameters)
    APIGatewayProxyEventV2Model.model_validate(event)
    sent = {"cookies"} if any(name == b"cookie" for name, _ in request_.headers) else set()
    sent |= {"body"} if request_.body else set()
    sent |= {"pathParameters"} if parameters else set()
    sent |= {"queryStringParameters"} if request_.query.strip(b"&") else set()
    assert event.keys() == ALWAYS | sent
    assert event["requestContext"].keys() == CONTEXT_KEYS | ({"authorizer"} if claims is not None else set())
    if request_.body:
        body = event["body"]
        assert (base64.b64decode(body) if event["isBase64Encoded"] else body.encode()) == request_.body


def test_repeated_values_are_joined_and_cookies_stand_apart() -> None:
    headers = (
        (b"accept", b"a"),
        (b"accept", b"b"),
        (b"cookie", b"a=1; b=2"),
        (b"cookie", b"c=3"),
        (b"host", b"abc.example:1"),
    )
    event = _event(_request(b"x=1&x=%C3%A9&y", headers))
    assert event["headers"] == {"accept": "a,b", "host": "abc.example:1"}
    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert event["queryStringParameters"] == {"x": "1,\u00e9", "y": ""}
    assert event["rawQueryString"] == "x=1&x=%C3%A9&y"


def test_the_request_context_tells_who_asked_what_and_when() -> None:
    event = _event(
        _request(headers=((b"host", b"abc.example:1"), (b"user-agent", b"tests/1"))),
        {"sub": "u", "cognito:groups": ["a", "b"]},
    )
    context = event["requestContext"]
    assert event["routeKey"] == context["routeKey"] == "POST /products/{id}"
    assert event["rawPath"] == context["http"]["path"] == "/products/a%2Fb"
    assert (context["domainName"], context["domainPrefix"]) == ("abc.example", "abc")
    assert (context["time"], context["timeEpoch"]) == ("22/Nov/2026:18:05:09 +0000", 1795370709123)
    assert context["http"] == {
        "method": "POST",
        "path": "/products/a%2Fb",
        "protocol": "HTTP/1.1",
        "sourceIp": "10.0.0.7",
        "userAgent": "tests/1",
    }
    assert context["authorizer"] == {"jwt": {"claims": {"sub": "u", "cognito:groups": "[a b]"}, "scopes": None}}


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (b"application/json; charset=utf-8", b"{}", ("{}", False)),
        (b"text/plain", b"\xc3\xa9", ("\u00e9", False)),
        (b"application/problem+json", b"{}", ("{}", False)),
        (b"application/x-www-form-urlencoded", b"a=1", ("YT0x", True)),
        (b"image/png", b"\xff", ("/w==", True)),
        (b"text/plain", b"\xff", ("/w==", True)),
        (b"", b"x", ("eA==", True)),
    ],
)
def test_only_text_types_are_handed_over_as_text(content_type: bytes, body: bytes, expected: tuple[str, bool]) -> None:
    event = _event(_request(headers=((b"content-type", content_type),), body=body))
    assert (event["body"], event["isBase64Encoded"]) == expected
