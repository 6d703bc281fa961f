"""Requests as REST proxy events."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.lambdatwin.gateway.http import RawRequest
from src.lambdatwin.gateway.rest_event import rest_event
from tests.unit.lambdatwin.gateway.requests_made import CLAIMS, PARAMETERS, REQUESTS

NOW = datetime(2026, 11, 2, 8, 5, 9, 123_456, tzinfo=UTC)
EVENT_KEYS = {
    "resource",
    "path",
    "httpMethod",
    "headers",
    "multiValueHeaders",
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "pathParameters",
    "stageVariables",
    "requestContext",
    "body",
    "isBase64Encoded",
}
CONTEXT_KEYS = {
    "accountId",
    "apiId",
    "domainName",
    "extendedRequestId",
    "httpMethod",
    "identity",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "stage",
}
IDENTITY_KEYS = {
    "accountId",
    "apiKey",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityPoolId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
}


def _event(
    path: bytes = b"/products",
    query: bytes = b"",
    headers: tuple[tuple[bytes, bytes], ...] = (),
    body: bytes = b"",
    claims: Mapping[str, object] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    request = RawRequest("GET", path, query, headers, body, "10.0.0.7", "HTTP/1.1")
    facts: dict[str, Any] = {"resource": "/products", "path_parameters": None, "request_id": "r-1", "now": NOW}
    return rest_event(request, claims=claims, **(facts | settings))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(REQUESTS, CLAIMS, PARAMETERS, st.sampled_from([(), ("image/png",), ("*/*",)]))
def test_any_request_becomes_a_valid_event_with_exactly_the_documented_keys(
    request_: RawRequest, claims: Any, parameters: Any, binary: tuple[str, ...]
) -> None:
    event = rest_event(
        request_,
        resource="/products/{id}",
        path_parameters=parameters,
        request_id="r-1",
        now=NOW,
        claims=claims,
        binary_media_types=binary,
    )
    APIGatewayProxyEventModel.model_validate(event)
    assert event.keys() == EVENT_KEYS
    context = event["requestContext"]
    assert context.keys() == CONTEXT_KEYS | ({"authorizer"} if claims is not None else set())
    assert context["identity"].keys() == IDENTITY_KEYS
    assert event["pathParameters"] == (parameters or None)
    assert event["path"].isascii()
    last = {name: values[-1] for name, values in event["multiValueHeaders"].items()}
    assert event["headers"] == last
    if event["queryStringParameters"] is not None:
        assert event["queryStringParameters"] == {
            name: values[-1] for name, values in event["multiValueQueryStringParameters"].items()
        }
    if event["isBase64Encoded"]:
        assert base64.b64decode(event["body"]) == request_.body
    else:
        assert (event["body"] or "") == request_.body.decode("utf-8", "replace")
    assert (event["body"] is None) == (not request_.body)


def test_what_was_not_sent_is_null() -> None:
    event = _event()
    for key in ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"):
        assert event[key] is None
    assert event["headers"] == {}
    assert event["isBase64Encoded"] is False
    assert event["requestContext"]["identity"]["userAgent"] is None
    assert "authorizer" not in event["requestContext"]


@pytest.mark.parametrize("query", [b"", b"&", b"&&"])
def test_an_empty_query_is_null(query: bytes) -> None:
    assert _event(query=query)["queryStringParameters"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"a=1&a=2", {"a": ["1", "2"]}),
        (b"a", {"a": [""]}),
        (b"a=&=b", {"a": [""], "": ["b"]}),
        (b"tags=x%7Cy&tags=z", {"tags": ["x|y", "z"]}),
        (b"q=caf%C3%A9", {"q": ["caf\u00e9"]}),
        (b"q=caf\xc3\xa9", {"q": ["caf\u00e9"]}),
        (b"q=a+b%2Bc%20d", {"q": ["a b+c d"]}),
        (b"%61%2d=1", {"a-": ["1"]}),
        (b"a==b&c;d", {"a": ["=b"], "c;d": [""]}),
        (b"a=%FF&b=%zz&c=%", {"a": ["\ufffd"], "b": ["%zz"], "c": ["%"]}),
        (b"created-at_gte=2026-01-01T00:00:00%2B00:00", {"created-at_gte": ["2026-01-01T00:00:00+00:00"]}),
    ],
)
def test_query_values_are_decoded_and_kept_apart(query: bytes, expected: dict[str, list[str]]) -> None:
    event = _event(query=query)
    assert event["multiValueQueryStringParameters"] == expected
    assert event["queryStringParameters"] == {name: values[-1] for name, values in expected.items()}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.sampled_from("ab=&+%2Fcé7 "), max_size=14))
def test_a_query_is_decoded_as_a_form_is(text: str) -> None:
    query = text.replace(" ", "").encode()
    expected = parse_qsl(query.decode(), keep_blank_values=True, errors="replace")
    event = _event(query=query)
    flat = [
        (name, value) for name, values in (event["multiValueQueryStringParameters"] or {}).items() for value in values
    ]
    assert sorted(flat) == sorted(expected)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/products/a%2Fb%25", "/products/a%2Fb%25"),
        (b"/products/caf%C3%A9+", "/products/caf%C3%A9+"),
        (b"/products/caf\xc3\xa9%20", "/products/caf%C3%A9%20"),
        (b"/a/../b//", "/a/../b//"),
    ],
)
def test_the_path_stays_as_it_was_sent(raw: bytes, path: str) -> None:
    event = _event(raw, path_parameters={"id": "a%2Fb"}, stage="live")
    assert event["path"] == path
    assert event["pathParameters"] == {"id": "a%2Fb"}
    assert event["requestContext"]["path"] == f"/live{path}"
    assert event["requestContext"]["stage"] == "live"


def test_headers_are_train_case_and_the_last_value_stands_alone() -> None:
    headers = (
        (b"x-3scale-request-id", b"1"),
        (b"accept", b"a"),
        (b"accept", b"b"),
        (b"cookie", b"a=1; b=2"),
        (b"x-name", b"\xe9"),
    )
    event = _event(headers=headers)
    assert event["headers"] == {"X-3scale-Request-Id": "1", "Accept": "b", "Cookie": "a=1; b=2", "X-Name": "\u00e9"}
    assert event["multiValueHeaders"]["Accept"] == ["a", "b"]


@pytest.mark.parametrize(
    ("host", "domain"),
    [(b"api.example:8000", "api.example"), (b"api.example", "api.example"), (b"[::1]:80", "[::1]"), (b"", "localhost")],
)
def test_the_domain_is_the_host_without_its_port(host: bytes, domain: str) -> None:
    assert _event(headers=((b"host", host),))["requestContext"]["domainName"] == domain


def test_the_request_context_tells_who_asked_what_and_when() -> None:
    context = _event(headers=((b"user-agent", b"tests/1"),))["requestContext"]
    assert (context["requestId"], context["extendedRequestId"]) == ("r-1", "r-1")
    assert context["requestTime"] == "02/Nov/2026:08:05:09 +0000"
    assert context["requestTimeEpoch"] == 1793606709123
    assert (context["resourcePath"], context["httpMethod"], context["protocol"]) == ("/products", "GET", "HTTP/1.1")
    assert (context["identity"]["sourceIp"], context["identity"]["userAgent"]) == ("10.0.0.7", "tests/1")


def test_the_time_is_told_in_utc_whatever_the_zone_is() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    context, same = _event(now=elsewhere)["requestContext"], _event()["requestContext"]
    assert (context["requestTime"], context["requestTimeEpoch"]) == (same["requestTime"], same["requestTimeEpoch"])


def test_claims_reach_the_handler_as_text() -> None:
    claims = {
        "sub": "u",
        "cognito:groups": ["a", "b"],
        "email_verified": True,
        "auth_time": 1793606709,
        "exp": 1793606709,
        "iat": 10**30,
        "nothing": None,
    }
    assert _event(claims=claims)["requestContext"]["authorizer"]["claims"] == {
        "sub": "u",
        "cognito:groups": "a,b",
        "email_verified": "true",
        "auth_time": "1793606709",
        "exp": "Mon Nov 02 08:05:09 UTC 2026",
        "iat": str(10**30),
        "nothing": "",
    }


@pytest.mark.parametrize(
    ("content_type", "types", "encoded"),
    [
        (b"image/png", (), False),
        (b"image/png", ("image/png",), True),
        (b"IMAGE/PNG; x=1", ("image/png",), True),
        (b"text/plain", ("image/png",), False),
        (b"text/plain", ("*/*",), True),
    ],
)
def test_a_body_is_base64_only_for_a_binary_media_type(
    content_type: bytes, types: tuple[str, ...], encoded: bool
) -> None:
    event = _event(headers=((b"content-type", content_type),), body=b"\xff!", binary_media_types=types)
    assert (event["isBase64Encoded"], event["body"]) == ((True, "/yE=") if encoded else (False, "\ufffd!"))


def test_every_event_is_fresh() -> None:
    first, parameters = _event(query=b"a=1", claims={"sub": "u"}), {"id": "1"}
    first["headers"]["X"] = first["requestContext"]["authorizer"]["claims"]["sub"] = "changed"
    first["requestContext"]["identity"]["user"] = "changed"
    second = _event(query=b"a=1", claims={"sub": "u"}, path_parameters=parameters)
    assert second["headers"] == {}
    assert second["requestContext"]["identity"]["user"] is None
    second["pathParameters"]["id"] = "2"
    assert parameters == {"id": "1"}
