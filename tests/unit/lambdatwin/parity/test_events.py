"""Events of the three payloads, as recordings of AWS have them."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventModel, APIGatewayProxyEventV2Model
from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.parity.api import Api, HeaderCase, Kind
from src.lambdatwin.parity.lambda_side.authorizer import Verified
from src.lambdatwin.parity.lambda_side.event import Call, proxy_event
from src.lambdatwin.parity.lambda_side.limits import serialised
from src.lambdatwin.parity.lambda_side.router import Resources, Route
from src.lambdatwin.parity.wire import Sent

NOW = datetime(2026, 7, 10, 19, 19, 4, tzinfo=UTC)
HOST = "a1b2c3.execute-api.eu-west-1.amazonaws.com"
PROXY = Route("ANY", "/{proxy+}", "module", "function", None)
LITERAL = Route("ANY", "/hardcoded", "module", "function", None)
DEFAULT = Route("ANY", "$default", "module", "function", None)
CLIENT = (("Host", HOST), ("User-Agent", "curl/8.7.1"), ("Accept", "*/*"))
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
    "body",
    "isBase64Encoded",
    "requestContext",
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


def _event(
    api: Api,
    target: str,
    headers: tuple[tuple[str, str], ...] = CLIENT,
    body: bytes = b"",
    method: str = "POST",
    routes: tuple[Route, ...] = (PROXY, LITERAL),
    verified: Verified | None = None,
) -> Any:
    sent = Sent("request-1", method, target, headers, body)
    found = Resources(routes, api.kind).find(method, sent.path)
    assert found is not None
    return proxy_event(Call(api, sent, *found, verified, NOW))


def _rest(target: str, headers: tuple[tuple[str, str], ...] = CLIENT, body: bytes = b"", **options: Any) -> Any:
    return _event(Api(**options), target, headers, body)


def _http(target: str, headers: tuple[tuple[str, str], ...] = CLIENT, body: bytes = b"", **options: Any) -> Any:
    return _event(Api(**{"kind": Kind.HTTP_2, **options}), target, headers, body)


def test_a_rest_event_has_the_recorded_keys() -> None:
    event = _rest("/a")
    assert event.keys() == EVENT_KEYS
    assert event["requestContext"].keys() == CONTEXT_KEYS
    assert event["requestContext"]["identity"].keys() == IDENTITY_KEYS
    empty = {"queryStringParameters", "multiValueQueryStringParameters", "stageVariables", "body"}
    assert {key for key, value in event.items() if value is None} == empty
    assert _rest("/hardcoded")["pathParameters"] is None


def test_an_http_api_has_neither_a_deployment_nor_a_resource() -> None:
    event = _event(Api(Kind.HTTP_1), "/a")
    assert event.keys() == EVENT_KEYS | {"version"}
    assert event["requestContext"].keys() == CONTEXT_KEYS - {"deploymentId"}
    assert event["requestContext"]["resourceId"] is None


def test_a_key_that_is_sent_is_one_of_the_identity() -> None:
    identity = _rest("/a", (*CLIENT, ("X-API-Key", "k")))["requestContext"]["identity"]
    assert identity.keys() == IDENTITY_KEYS | {"apiKey"}
    assert identity["apiKey"] == "k"


@pytest.mark.parametrize(
    ("target", "path", "context_path", "resource", "proxy"),
    [
        ("/value", "/value", "/dev/value", "/{proxy+}", "value"),
        ("/value/", "/value/", "/dev/value/", "/{proxy+}", "value"),
        ("//hardcoded", "/hardcoded", "/dev//hardcoded", "/hardcoded", None),
        ("/a//b", "/a//b", "/dev/a//b", "/{proxy+}", "a//b"),
        ("/a%2Bb@c.d/a+b", "/a%2Bb@c.d/a+b", "/dev/a%2Bb@c.d/a+b", "/{proxy+}", "a%2Bb@c.d/a+b"),
        ("/with/space%20value", "/with/space%20value", "/dev/with/space%20value", "/{proxy+}", "with/space%20value"),
    ],
)
def test_the_paths_of_a_rest_event(target: str, path: str, context_path: str, resource: str, proxy: str | None) -> None:
    event = _rest(target, stage="dev")
    context = event["requestContext"]
    assert (event["path"], context["path"], context["stage"]) == (path, context_path, "dev")
    assert event["resource"] == context["resourcePath"] == resource
    assert event["pathParameters"] == (proxy and {"proxy": proxy})


def test_queries_are_decoded_and_repeated_keys_kept() -> None:
    event = _rest("/a?k=1&k=2&url=https%3A%2F%2Fe.com%2F&plus=a+b&encoded=a%2Bb&empty=&x=1;y=2")
    assert event["multiValueQueryStringParameters"] == {
        "k": ["1", "2"],
        "url": ["https://e.com/"],
        "plus": ["a b"],
        "encoded": ["a+b"],
        "empty": [""],
        "x": ["1"],
        "y": ["2"],
    }
    assert event["queryStringParameters"]["k"] == "2"
    two = _http("/a?k=1&k=2&plus=a+b&empty=")
    assert two["rawQueryString"] == "k=1&k=2&plus=a+b&empty="
    assert two["queryStringParameters"] == {"k": "1,2", "plus": "a b", "empty": ""}


def test_headers_that_never_reach_a_rest_function() -> None:
    names = [
        "Connection",
        "Content-Length",
        "Content-MD5",
        "Expect",
        "Max-Forwards",
        "Proxy-Authenticate",
        "Server",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "WWW-Authenticate",
    ]
    headers = _rest("/a", CLIENT + tuple((name, "x") for name in names))["headers"]
    own = {"X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Amzn-Trace-Id"}
    assert headers.keys() == {"Host", "User-Agent", "Accept"} | own
    assert (headers["X-Forwarded-Port"], headers["X-Forwarded-Proto"]) == ("443", "https")
    assert headers["X-Amzn-Trace-Id"].startswith(f"Root=1-{int(NOW.timestamp()):08x}-")


def test_the_gateway_spells_only_names_of_its_own() -> None:
    lines = (("host", HOST), ("user-agent", "x"), ("authorization", "y"), ("x-probe", "1"), ("X-Probe", "2"))
    lower = _rest("/a", lines, header_case=HeaderCase.LOWER)
    assert lower["multiValueHeaders"]["x-probe"] == ["1", "2"]
    assert lower["headers"].keys() >= {"Host", "User-Agent", "Authorization", "X-Amzn-Trace-Id", "x-probe"}
    train = _rest("/a", lines)
    assert train["headers"]["X-Probe"] == "2"
    assert train["headers"].keys() >= {"Host", "User-Agent", "Authorization", "X-Amzn-Trace-Id"}


def test_payload_2_as_it_was_captured() -> None:
    headers = (
        *CLIENT,
        ("Content-Type", "application/json"),
        ("Cookie", "session=abc; theme=dark"),
        ("X-Probe", "first"),
        ("X-Probe", "second"),
        ("Content-Length", "2"),
    )
    event = _event(Api(Kind.HTTP_2), "/with/space%20value?a=b", headers, b"{}", routes=(DEFAULT,))
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "$default", "/with/space value")
    assert event["cookies"] == ["session=abc", "theme=dark"]
    assert event["headers"]["x-probe"] == "first,second"
    assert event["headers"]["content-length"] == "2"
    assert "cookie" not in event["headers"]
    assert all(name == name.lower() for name in event["headers"])
    assert "pathParameters" not in event
    context = event["requestContext"]
    assert (context["stage"], context["routeKey"], context["domainPrefix"]) == ("$default", "$default", "a1b2c3")
    assert (context["time"], context["timeEpoch"]) == ("10/Jul/2026:19:19:04 +0000", 1_783_711_144_000)
    assert context["http"] == {
        "method": "POST",
        "path": "/with/space value",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "curl/8.7.1",
    }


def test_payload_2_names_the_route_and_a_stage_of_its_own() -> None:
    event = _http("/a/b%20c", stage="live", stage_variables={"colour": "blue"})
    assert event["routeKey"] == event["requestContext"]["routeKey"] == "ANY /{proxy+}"
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/live/a/b c"
    assert event["pathParameters"] == {"proxy": "a/b c"}
    assert event["stageVariables"] == {"colour": "blue"}
    assert _rest("/a", stage_variables={"colour": "blue"})["stageVariables"] == {"colour": "blue"}


@pytest.mark.parametrize(
    ("types", "content_type", "encoded"),
    [
        ((), "application/pdf", False),
        (("application/pdf",), "application/pdf", True),
        (("application/*",), "application/pdf", True),
        (("application/*",), "Application/PDF; version=2", True),
        (("*/*",), "text/plain", True),
        (("image/*",), "application/pdf", False),
        (("image/png",), "image/jpeg", False),
        (("image/*",), "image", False),
    ],
)
def test_binary_bodies_of_rest(types: tuple[str, ...], content_type: str, encoded: bool) -> None:
    event = _rest("/a", (*CLIENT, ("Content-Type", content_type)), b"%PDF", binary_media_types=types)
    assert event["isBase64Encoded"] == encoded
    assert event["body"] == (base64.b64encode(b"%PDF").decode() if encoded else "%PDF")


@pytest.mark.parametrize("kind", [Kind.HTTP_1, Kind.HTTP_2])
@pytest.mark.parametrize(
    ("content_type", "encoded"),
    [
        ("application/json", False),
        ("application/xml", False),
        ("application/javascript", False),
        ("application/graphql", False),
        ("text/plain", False),
        ("text/html; charset=UTF-8", False),
        ("text/csv", False),
        ("text/xml", False),
        ("text/html; charset=latin-1", True),
        ("application/x-www-form-urlencoded", True),
        ("application/vnd.api+json", True),
        ("image/png", True),
        (None, True),
    ],
)
def test_text_bodies_of_http(kind: Kind, content_type: str | None, encoded: bool) -> None:
    headers = (*CLIENT, ("Content-Type", content_type)) if content_type else CLIENT
    event = _event(Api(kind), "/a", headers, b"a=b")
    assert event["isBase64Encoded"] == encoded
    assert event["body"] == ("YT1i" if encoded else "a=b")
    assert not _event(Api(kind), "/a", headers)["isBase64Encoded"]


def test_claims_stand_where_each_format_has_them() -> None:
    verified = Verified({"sub": "u1"}, ["read", "write"])
    rest = _event(Api(), "/a", verified=replace(verified, scopes=None))
    assert rest["requestContext"]["authorizer"] == {"claims": {"sub": "u1"}}
    two = _event(Api(Kind.HTTP_2), "/a", verified=verified)
    assert two["requestContext"]["authorizer"] == {"jwt": {"claims": {"sub": "u1"}, "scopes": ["read", "write"]}}


_TEXT = st.text(st.sampled_from("ab0-._~!$&'()*+,;=:@%2F/"), max_size=12)
_LINES = st.lists(
    st.tuples(st.sampled_from(["X-A", "x-a", "Accept", "Cookie", "Content-Type"]), st.text("ab=;,/ *", max_size=8)),
    max_size=4,
)


@given(_TEXT, _TEXT, _LINES, st.binary(max_size=10), st.sampled_from(Kind), st.sampled_from(["", "live"]))
def test_powertools_reads_every_event(
    path: str, query: str, lines: list[tuple[str, str]], body: bytes, kind: Kind, stage: str
) -> None:
    api = Api(kind, stage, {"colour": "blue"} if stage else {})
    event = _event(api, f"/a{path}?{query}", (*CLIENT, *lines), body)
    model = APIGatewayProxyEventV2Model if kind is Kind.HTTP_2 else APIGatewayProxyEventModel
    model.model_validate(json.loads(serialised(event)))
