"""Requests as HTTP API events, in payload formats 2.0 and 1.0."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventModel, APIGatewayProxyEventV2Model
from hypothesis import given

from src.lambdatwin.gateway.api import Api, HttpApi, RestApi
from src.lambdatwin.gateway.event_parts import Invocation, Route, Stage
from src.lambdatwin.gateway.http import RawRequest
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


type Lines = tuple[tuple[bytes, bytes], ...]
V2 = HttpApi()
V1 = HttpApi("1.0")
ROUTE = Route("POST", "/products/{id}")


def _event(
    request: RawRequest, claims: Any = None, parameters: Any = None, api: Api = V2, route: Route = ROUTE
) -> dict[str, Any]:
    return api.event(request, Invocation(route, parameters or {}, "r-1", NOW, claims))


def _request(
    query: bytes = b"", headers: Lines = (), body: bytes = b"", path: bytes = b"/products/a%2Fb"
) -> RawRequest:
    return RawRequest("POST", path, query, headers, body, "10.0.0.7", "HTTP/1.1")


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


@given(REQUESTS, CLAIMS, PARAMETERS)
def test_an_event_of_payload_1_has_the_keys_of_a_rest_event_and_a_version(
    request_: RawRequest, claims: Any, parameters: Any
) -> None:
    event, rest = _event(request_, claims, parameters, V1), _event(request_, claims, parameters, RestApi())
    APIGatewayProxyEventModel.model_validate(event)
    assert event["version"] == "1.0"
    assert event.keys() - {"version"} == rest.keys()
    # As documented: an HTTP API has routes and no resources.
    assert event["requestContext"].keys() == rest["requestContext"].keys() - {"deploymentId"}
    assert event["requestContext"]["resourceId"] is None
    assert event["requestContext"]["identity"] == rest["requestContext"]["identity"]
    if request_.body:
        body = event["body"]
        assert (base64.b64decode(body) if event["isBase64Encoded"] else body.encode()) == request_.body


def test_repeated_values_are_joined_and_cookies_stand_apart() -> None:
    headers = (
        (b"accept", b"a"),
        (b"accept", b"b"),
        (b"cookie", b"a=1; b=2"),
        (b"cookie", b"c=3;d=4 ;; e"),
        (b"host", b"abc.example:1"),
        (b"content-length", b"0"),
        (b"connection", b"close"),
    )
    event = _event(_request(b"x=1&x=%C3%A9&y", headers))
    assert event["headers"].pop("x-amzn-trace-id").startswith("Root=1-")
    assert event["headers"] == {
        "accept": "a,b",
        "content-length": "0",
        "host": "abc.example:1",
        "x-forwarded-for": "10.0.0.7",
        "x-forwarded-port": "1",
        "x-forwarded-proto": "http",
    }
    assert event["cookies"] == ["a=1", "b=2", "c=3", "d=4", "e"]
    assert event["queryStringParameters"] == {"x": "1,\u00e9", "y": ""}
    assert event["rawQueryString"] == "x=1&x=%C3%A9&y"


def test_the_request_context_tells_who_asked_what_and_when() -> None:
    sent = {"sub": "u", "cognito:groups": ["a", "b"], "exp": 1680629979, "verified": True, "nothing": None}
    identities = [{"userId": "1", "issuer": None, "primary": True}, {"roles": ["a", None]}]
    event = _event(
        _request(headers=((b"host", b"abc.example:1"), (b"user-agent", b"tests/1"))),
        {**sent, "identities": identities},
    )
    context = event["requestContext"]
    assert event["routeKey"] == context["routeKey"] == "POST /products/{id}"
    assert (context["domainName"], context["domainPrefix"]) == ("abc.example", "abc")
    assert (context["time"], context["timeEpoch"]) == ("22/Nov/2026:18:05:09 +0000", 1795370709123)
    assert context["http"] == {
        "method": "POST",
        "path": "/products/a/b",
        "protocol": "HTTP/1.1",
        "sourceIp": "10.0.0.7",
        "userAgent": "tests/1",
    }
    identities_text = "[map[issuer:<nil> primary:true userId:1] map[roles:[a <nil>]]]"
    claims = {"sub": "u", "cognito:groups": "[a b]", "exp": "1680629979", "verified": "true"}
    claims["identities"] = identities_text
    assert context["authorizer"] == {"jwt": {"claims": claims, "scopes": None}}


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        (b"/capture/space%20value", "/capture/space value"),
        (b"/a%2Fb/%25", "/a/b/%"),
        (b"/caf%C3%A9+%zz", "/caf\u00e9+%zz"),
        (b"//a//b/", "//a//b/"),
        (b"/caf\xc3\xa9", "/caf\u00e9"),
    ],
)
def test_paths_and_their_parameters_are_decoded(sent: bytes, path: str) -> None:
    parameters = {"proxy": sent.decode("latin-1")[1:]} if sent.isascii() else {}
    event, older = (_event(_request(path=sent), None, parameters, api) for api in (V2, V1))
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == path
    assert older["path"] == older["requestContext"]["path"] == path
    assert event.get("pathParameters") == older["pathParameters"] == ({"proxy": path[1:]} if parameters else None)


def test_the_path_begins_with_a_stage_that_is_not_the_default_one() -> None:
    event = _event(_request(), api=HttpApi(stage=Stage("live", {"table": "t"})))
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/live/products/a/b"
    assert (event["requestContext"]["stage"], event["stageVariables"]) == ("live", {"table": "t"})
    assert _event(_request(), api=HttpApi("1.0", Stage("live")))["path"] == "/live/products/a/b"
    assert _event(_request())["requestContext"]["stage"] == "$default"


@pytest.mark.parametrize(
    ("route", "key"),
    [
        (Route("GET", "/a/{id}"), "GET /a/{id}"),
        (Route("ANY", "/x/{proxy+}"), "ANY /x/{proxy+}"),
        (Route("ANY", "$default"), "$default"),
    ],
)
def test_the_route_key_is_the_routes(route: Route, key: str) -> None:
    event = _event(_request(), route=route)
    assert event["routeKey"] == event["requestContext"]["routeKey"] == key
    assert event["requestContext"]["http"]["method"] == "POST"


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (b"application/json; charset=utf-8", b"{}", ("{}", False)),
        (b'text/csv; charset="UTF-8"', b"a", ("a", False)),
        (b"text/plain", b"\xc3\xa9", ("\u00e9", False)),
        (b"text/html", b"x", ("x", False)),
        (b"text/xml", b"x", ("x", False)),
        (b"application/xml", b"x", ("x", False)),
        (b"application/javascript", b"x", ("x", False)),
        (b"application/graphql", b"x", ("x", False)),
        (b"Application/JSON", b"x", ("x", False)),
        (b"text/plain; charset=iso-8859-1", b"x", ("eA==", True)),
        (b"text/css", b"x", ("eA==", True)),
        (b"application/problem+json", b"{}", ("e30=", True)),
        (b"application/x-www-form-urlencoded", b"a=1", ("YT0x", True)),
        (b"image/png", b"\xff", ("/w==", True)),
        (b"text/plain", b"\xff", ("/w==", True)),
        (b"", b"x", ("eA==", True)),
    ],
)
def test_only_text_types_are_handed_over_as_text(content_type: bytes, body: bytes, expected: tuple[str, bool]) -> None:
    for api in (V2, V1):
        event = _event(_request(headers=((b"content-type", content_type),), body=body), api=api)
        assert (event["body"], event["isBase64Encoded"]) == expected


def test_an_empty_body_is_no_base64() -> None:
    event = _event(_request(headers=((b"content-type", b"image/png"),)))
    assert ("body" in event, event["isBase64Encoded"]) == (False, False)
