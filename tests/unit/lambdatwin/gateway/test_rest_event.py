"""Requests as REST proxy events."""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventModel
from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.gateway.event_parts import Invocation, Route, Stage
from src.lambdatwin.gateway.events import rest_event
from src.lambdatwin.gateway.http import RawRequest
from tests.unit.lambdatwin.gateway.requests_made import CLAIMS, PARAMETERS, REQUESTS

NOW = datetime(2026, 11, 2, 8, 5, 9, 123_456, tzinfo=UTC)
# Recorded from AWS.
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
    "deploymentId",
    "domainName",
    "domainPrefix",
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
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
}
PROD = Stage("prod")
type Lines = tuple[tuple[bytes, bytes], ...]


def _event(
    path: bytes = b"/products",
    query: bytes = b"",
    headers: Lines = (),
    body: bytes = b"",
    claims: Mapping[str, object] | None = None,
    parameters: Mapping[str, str] | None = None,
    now: datetime = NOW,
    stage: Stage = PROD,
    **settings: Any,
) -> dict[str, Any]:
    request = RawRequest("GET", path, query, headers, body, "10.0.0.7", "HTTP/1.1")
    invocation = Invocation(Route("GET", "/products"), parameters or {}, "r-1", now, claims)
    return rest_event(request, invocation, stage, **settings)


@given(REQUESTS, CLAIMS, PARAMETERS, st.sampled_from([(), ("image/png",), ("image/*",), ("*/*",)]))
def test_any_request_becomes_a_valid_event_with_exactly_the_recorded_keys(
    request_: RawRequest, claims: Any, parameters: Any, binary: tuple[str, ...]
) -> None:
    invocation = Invocation(Route("ANY", "/products/{id}"), parameters, "r-1", NOW, claims)
    event = rest_event(request_, invocation, PROD, binary_media_types=binary)
    APIGatewayProxyEventModel.model_validate(event)
    assert event.keys() == EVENT_KEYS
    context = event["requestContext"]
    assert context.keys() == CONTEXT_KEYS | ({"authorizer"} if claims is not None else set())
    assert context["identity"].keys() == IDENTITY_KEYS
    assert event["pathParameters"] == (parameters or None)
    assert event["path"].isascii()
    assert not event["path"].startswith("//")
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
        (b"a==b&c;d", {"a": ["=b"], "c": [""], "d": [""]}),
        (b"at=2026-06-12T18:05:10+00:00&w=a%20b", {"at": ["2026-06-12T18:05:10 00:00"], "w": ["a b"]}),
        (b"url=https%3A%2F%2Fx.org%2F&hash=abort/", {"url": ["https://x.org/"], "hash": ["abort/"]}),
        (b"a=1;a=2;;b=3", {"a": ["1", "2"], "b": ["3"]}),
        (b"a=%FF&b=%zz&c=%", {"a": ["\ufffd"], "b": ["%zz"], "c": ["%"]}),
        (b"created-at_gte=2026-01-01T00:00:00%2B00:00", {"created-at_gte": ["2026-01-01T00:00:00+00:00"]}),
    ],
)
def test_query_values_are_decoded_and_kept_apart(query: bytes, expected: dict[str, list[str]]) -> None:
    event = _event(query=query)
    assert event["multiValueQueryStringParameters"] == expected
    assert event["queryStringParameters"] == {name: values[-1] for name, values in expected.items()}


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
    event = _event(raw, parameters={"id": "a%2Fb"}, stage=Stage("live"))
    assert event["path"] == path
    assert event["pathParameters"] == {"id": "a%2Fb"}
    assert event["requestContext"]["path"] == f"/live{path}"
    assert event["requestContext"]["stage"] == "live"


@pytest.mark.parametrize(
    ("sent", "path", "context_path"),
    [
        (b"/t/", "/t/", "/live/t/"),
        (b"//t", "/t", "/live//t"),
        (b"/a//b/", "/a//b/", "/live/a//b/"),
        (b"/", "/", "/live/"),
    ],
)
def test_a_path_keeps_its_slashes_but_those_in_front(sent: bytes, path: str, context_path: str) -> None:
    event = _event(sent, stage=Stage("live"))
    assert (event["path"], event["requestContext"]["path"]) == (path, context_path)


HEADERS: Lines = (
    (b"host", b"api.test:8000"),
    (b"user-agent", b"tests/1"),
    (b"authorization", b"x"),
    (b"content-type", b"text/plain"),
    (b"x-3scale-request-id", b"1"),
    (b"accept", b"a"),
    (b"accept", b"b"),
    (b"cookie", b"a=1; b=2"),
    (b"x-name", b"\xe9"),
)


def test_headers_are_train_case_and_the_last_value_stands_alone() -> None:
    event = _event(headers=HEADERS)
    expected = {
        "Authorization": "x",
        "Content-Type": "text/plain",
        "X-3scale-Request-Id": "1",
        "Accept": "b",
        "Cookie": "a=1; b=2",
        "X-Name": "\u00e9",
    }
    assert event["headers"].items() >= expected.items()
    assert event["multiValueHeaders"]["Accept"] == ["a", "b"]


def test_blanks_around_a_value_are_none_of_it() -> None:
    event = _event(headers=((b"host", b"api.test \t"), (b"user-agent", b"tests/1 "), (b"x-name", b" a  b ")))
    assert (event["headers"]["X-Name"], event["headers"]["Host"]) == ("a  b", "api.test")
    context = event["requestContext"]
    assert (context["domainName"], context["identity"]["userAgent"]) == ("api.test", "tests/1")


def test_in_lower_case_only_the_gateways_own_names_are_spelled() -> None:
    assert set(_event(headers=HEADERS, header_case="lower")["headers"]) == {
        "Authorization",
        "Host",
        "User-Agent",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
        "accept",
        "content-type",
        "cookie",
        "x-3scale-request-id",
        "x-name",
    }


def test_what_belongs_to_the_connection_is_in_no_event() -> None:
    never = (
        "connection content-length content-md5 expect max-forwards proxy-authenticate server te trailer"
        " transfer-encoding upgrade www-authenticate"
    )
    event = _event(headers=tuple((name.encode(), b"x") for name in (*never.split(), "range")))
    own = {"X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"}
    assert event["headers"].keys() == event["multiValueHeaders"].keys() == own | {"Range"}


def test_a_trace_id_is_the_clients_or_the_requests_own() -> None:
    first, again = (_event()["headers"]["X-Amzn-Trace-Id"] for _ in range(2))
    assert first == again
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", first)
    assert int(first[7:15], 16) == int(NOW.timestamp())
    sent = b"Root=1-67891233-abcdef012345678912345678"
    assert _event(headers=((b"x-amzn-trace-id", sent),))["headers"]["X-Amzn-Trace-Id"] == sent.decode()
    assert _event(headers=((b"x-amzn-trace-id", b"nonsense"),))["headers"]["X-Amzn-Trace-Id"] == first


def test_an_api_key_stands_in_the_identity_only_where_one_was_sent() -> None:
    identity = _event(headers=((b"x-api-key", b"k"),))["requestContext"]["identity"]
    assert identity.keys() == IDENTITY_KEYS | {"apiKey"}
    assert identity["apiKey"] == "k"


def test_stage_variables_are_a_copy_of_the_stages() -> None:
    variables = {"table": "live"}
    event = _event(stage=Stage("live", variables))
    assert event["stageVariables"] == variables
    event["stageVariables"]["table"] = "changed"
    assert variables == {"table": "live"}


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        (b"api.example:8000", "api.example"),
        (b"api.example:", "api.example"),
        (b"api.example", "api.example"),
        (b"[::1]:80", "[::1]"),
        (b"[::1]", "[::1]"),
        (b"", "localhost"),
    ],
)
def test_the_domain_is_the_host_without_its_port(host: bytes, domain: str) -> None:
    context = _event(headers=((b"host", host),))["requestContext"]
    assert (context["domainName"], context["domainPrefix"]) == (domain, domain.split(".")[0])


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
        "identities": [{"userId": "1", "issuer": None, "primary": True}, {"userId": "2", "roles": ["a"]}],
        "address": {"formatted": "1 Straße"},
    }
    assert _event(claims=claims)["requestContext"]["authorizer"]["claims"] == {
        "sub": "u",
        "cognito:groups": "a,b",
        "email_verified": "true",
        "auth_time": "1793606709",
        "exp": "Mon Nov 02 08:05:09 UTC 2026",
        "iat": str(10**30),
        "nothing": "",
        "identities": '{"userId":"1","issuer":null,"primary":true},{"userId":"2","roles":["a"]}',
        "address": '{"formatted":"1 Straße"}',
    }


@pytest.mark.parametrize(
    ("content_type", "types", "encoded"),
    [
        (b"image/png", (), False),
        (b"image/png", ("image/png",), True),
        (b"IMAGE/PNG; x=1", ("image/png",), True),
        (b"text/plain", ("image/png",), False),
        (b"text/plain", ("*/*",), True),
        (b"application/pdf", ("application/*",), True),
        (b"Application/PDF; v=1", ("APPLICATION/*",), True),
        (b"application/pdf", ("image/*", "application/zip"), False),
        (b"image/png", ("*/png",), False),
        (b"", ("application/*",), False),
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
    second = _event(query=b"a=1", claims={"sub": "u"}, parameters=parameters)
    assert "X" not in second["headers"]
    assert second["requestContext"]["identity"]["user"] is None
    second["pathParameters"]["id"] = "2"
    assert parameters == {"id": "1"}
