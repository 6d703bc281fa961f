"""The Lambda side as a whole: what the gateway answers by itself, and what it hands on."""

import base64
import hashlib
import json
import os
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from src.lambdatwin.parity.api import Api, Cors, Kind
from src.lambdatwin.parity.lambda_side.authorizer import TokenAuthorizer
from src.lambdatwin.parity.lambda_side.declared.functions import Function, Functions
from src.lambdatwin.parity.lambda_side.gateway import LambdaSide
from src.lambdatwin.parity.lambda_side.router import Resources, Route
from src.lambdatwin.parity.lambda_side.runtime import Invocation
from src.lambdatwin.parity.tokens import CLIENT_ID
from src.lambdatwin.parity.wire import Answer, Sent

ROUTES = (
    Route("GET", "/open", "open", "f", None),
    Route("POST", "/open", "open", "f", None),
    Route("ANY", "/any", "any", "f", None),
    Route("PUT", "/guarded", "guarded", "f", "shop"),
    Route("GET", "/{name}", "named", "f", None),
    Route("GET", "/signed/{name}", "signed", "f", "shop", authorizer="iam"),
)
REST = Api()
HTTP = Api(Kind.HTTP_2)
POLICY = Cors(("https://app.example",), ("GET", "PUT"), ("authorization",), ("x-total",), 600, True)
OK = json.dumps({"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": "ok"}).encode()


@dataclass(frozen=True, slots=True)
class Recorded(LambdaSide):
    """Answers `payload`, and keeps module and event of every invocation."""

    payload: bytes | None = OK
    seconds: float = 0
    seen: list[tuple[str, Any]] = field(default_factory=list)

    def invocation(self, route: Route, event: dict[str, Any], request_id: str) -> Invocation:
        """One run of the route's handler."""
        self.seen.append((route.module, event))
        time.sleep(self.seconds)
        return Invocation(self.payload, None)


def _side(api: Api = REST, payload: bytes | None = OK, seconds: float = 0, routes: Any = ROUTES) -> Recorded:
    authorizer = TokenAuthorizer(api, {"keys": []}, "https://issuer.example", CLIENT_ID)
    clock = datetime(2026, 1, 1, tzinfo=UTC)
    return Recorded(api, Resources(routes, api.kind), authorizer, lambda _: clock, {}, payload=payload, seconds=seconds)


def _sent(method: str, target: str, *headers: tuple[str, str], body: bytes = b"") -> Sent:
    return Sent("r-1", method, target, (("Host", "api.example"), *headers), body)


def _error(answer: Answer) -> tuple[int, str, str | None]:
    headers = dict(answer.headers)
    return answer.status, answer.body.decode(), headers.get("x-amzn-errortype")


def _parts(answer: Answer) -> set[str]:
    return {item.part for item in answer.undecided}


MISSING = (403, '{"message":"Missing Authentication Token"}', "MissingAuthenticationTokenException")


@pytest.mark.parametrize(
    ("method", "target"), [("DELETE", "/open"), ("HEAD", "/signed"), ("OPTIONS", "/open"), ("GET", "/a/b")]
)
def test_what_no_rest_route_has_lacks_a_token(method: str, target: str) -> None:
    answer = _side().answer(_sent(method, target))
    assert _error(answer) == (403, "" if method == "HEAD" else MISSING[1], MISSING[2])
    assert dict(answer.headers)["content-type"] == "application/json"
    assert answer.undecided == ()


def test_a_bearer_token_on_no_route_is_no_signature() -> None:
    value = "Bearer a.b.c"
    digest = base64.b64encode(hashlib.sha256(value.encode()).digest()).decode()
    answer = _side().answer(_sent("GET", "/a/b", ("Authorization", value)))
    words = "Invalid key=value pair (missing equal-sign) in Authorization header"
    body = f'{{"message":"{words} (hashed with SHA-256 and encoded with Base64): \'{digest}\'."}}'
    assert _error(answer) == (403, body, "IncompleteSignatureException")
    assert answer.undecided == ()


@pytest.mark.parametrize("value", ["Basic YTpi=", "AWS4-HMAC-SHA256 Credential=x", "AWS4-HMAC-SHA256", ""])
def test_what_is_said_of_other_authorization_headers_has_no_source(value: str) -> None:
    answer = _side().answer(_sent("GET", "/a/b", ("Authorization", value)))
    assert answer.status == 403
    assert _parts(answer) == {"body", "x-amzn-errortype"}


def test_what_no_http_route_has_is_not_found() -> None:
    answer = _side(HTTP).answer(_sent("DELETE", "/open", ("Authorization", "Bearer a.b.c")))
    assert (answer.status, answer.headers, answer.body) == (
        404,
        (("content-type", "application/json"),),
        b'{"message":"Not Found"}',
    )


def test_routing_comes_before_authorization() -> None:
    side = _side()
    assert side.answer(_sent("GET", "/guarded")).status == 200
    assert side.seen[0][0] == "named"
    assert _error(side.answer(_sent("PUT", "/guarded")))[0] == 401
    assert _error(side.answer(_sent("DELETE", "/guarded"))) == MISSING


def test_a_header_overrides_the_method_of_a_rest_request() -> None:
    side = _side()
    assert side.answer(_sent("GET", "/any", ("X-HTTP-Method-Override", "PATCH"))).body == b"ok"
    assert [(module, event["httpMethod"]) for module, event in side.seen] == [("any", "PATCH")]
    assert _error(side.answer(_sent("GET", "/open", ("X-HTTP-Method-Override", "DELETE")))) == MISSING
    assert _parts(side.answer(_sent("GET", "/open", ("X-HTTP-Method-Override", "get")))) == {"answer"}
    http = _side(HTTP)
    http.answer(_sent("GET", "/open", ("X-HTTP-Method-Override", "POST")))
    assert http.seen[0][1]["requestContext"]["http"]["method"] == "GET"


TRACED = """
import os

def handler(event, context):
    return os.environ["_X_AMZN_TRACE_ID"]
"""


def test_a_function_finds_the_trace_of_its_event(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(TRACED, encoding="utf-8")
    function, root = Function("traced", "app.handler", (str(tmp_path),)), "Root=1-6a5145a8-536f3e792f6be9b44c1f46fa"
    with Functions(dict(os.environ)) as functions:
        found = functions.invoke(function, {"headers": {"x-amzn-trace-id": root}}, "r-1", 20)
    parent = hashlib.sha256(b"r-1").hexdigest()[:16]
    assert json.loads(found.payload or b"") == f"{root};Parent={parent};Sampled=0"


FORKING = """
import os

def handler(event, context):
    child = os.fork()
    if child == 0 and event["how"] == "exit":
        raise SystemExit(3)
    if child == 0 and event["how"] == "raise":
        raise ValueError
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if child else 0
"""


def test_a_process_that_a_function_forks_answers_nothing(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(FORKING, encoding="utf-8")
    function = Function("forks", "app.handler", (str(tmp_path),))
    with Functions(dict(os.environ)) as functions:
        found = [functions.invoke(function, {"how": how}, "r-1", 20) for how in ("return", "raise", "exit", "exit")]
    assert [one.payload for one in found] == [b"0", b"0", b"3", b"3"]


def test_head_has_no_body() -> None:
    answer = _side().answer(_sent("HEAD", "/any"))
    assert (answer.status, answer.body) == (200, b"")
    assert ("content-type", "text/plain") in answer.headers


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        (REST, (504, '{"message": "Endpoint request timed out"}', "InternalServerErrorException")),
        (HTTP, (503, '{"message":"Service Unavailable"}', None)),
    ],
)
def test_an_integration_may_take_so_long(api: Api, expected: tuple[int, str, str | None]) -> None:
    answer = _side(replace(api, timeout=0.01), seconds=0.02).answer(_sent("GET", "/open"))
    assert _error(answer) == expected
    assert ("content-type" in dict(answer.headers)) == api.is_rest


REST_TOO_LONG = (413, b'{"message": "Request Too Long"}', "application/json")
REST_NO_BODY = (413, b"HTTP content length exceeded 10485760 bytes.", "text; charset=utf-8")
HTTP_TOO_LARGE = (413, b'{"message":"Request Entity Too Large"}', "application/json")
RUN = (200, b"ok", "text/plain")


@pytest.mark.parametrize(
    ("api", "size", "expected", "error_type"),
    [
        (REST, 6_000_000, RUN, None),
        (REST, 6_291_456, REST_TOO_LONG, "BadRequestException"),
        (REST, 10_485_760, REST_TOO_LONG, "BadRequestException"),
        (REST, 10_485_761, REST_NO_BODY, None),
        (HTTP, 4_700_000, RUN, None),
        (HTTP, 4_800_000, HTTP_TOO_LARGE, None),  # Base64 makes a third more of it
        (HTTP, 10_485_761, HTTP_TOO_LARGE, None),
    ],
)
def test_sizes_of_requests(api: Api, size: int, expected: tuple[int, bytes, str], error_type: str | None) -> None:
    side = _side(api)
    answer = side.answer(_sent("POST", "/open", body=b"x" * size))
    headers = dict(answer.headers)
    assert (answer.status, answer.body, headers["content-type"]) == expected
    assert headers.get("x-amzn-errortype") == error_type
    assert len(side.seen) == (expected == RUN)


@pytest.mark.parametrize("size", [6_290_000, 6_291_400])
def test_an_event_of_nearly_the_largest_size_is_not_decided(size: int) -> None:
    assert _parts(_side().answer(_sent("POST", "/open", body=b"x" * size))) == {"answer"}


def test_an_answer_is_decoded_for_the_request_that_accepts_it() -> None:
    payload = json.dumps({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}).encode()
    side = _side(Api(binary_media_types=("image/*",)), payload)
    assert side.answer(_sent("GET", "/open", ("Accept", "image/png"))).body == b"hi"
    assert side.answer(_sent("GET", "/open", ("Accept", "text/html"))).body == b"aGk="
    assert side.answer(_sent("GET", "/open")).body == b"aGk="


def test_an_http_api_answers_preflights_by_its_policy() -> None:
    side = _side(Api(Kind.HTTP_2, cors=POLICY))
    asked = (("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"))
    answer = side.answer(_sent("OPTIONS", "/guarded", *asked))
    assert (answer.status, answer.body, side.seen, answer.undecided) == (204, b"", [], ())
    assert dict(answer.headers) == {
        "access-control-allow-origin": "https://app.example",
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "x-total",
        "access-control-allow-methods": "GET,PUT",
        "access-control-allow-headers": "authorization",
        "access-control-max-age": "600",
    }
    assert _parts(side.answer(_sent("OPTIONS", "/any", *asked))) == {"answer"}
    assert _parts(side.answer(_sent("OPTIONS", "/guarded", ("Origin", "https://x"), asked[1]))) == {"answer"}
    assert side.answer(_sent("OPTIONS", "/guarded", asked[0])).status == 404
    assert _side(HTTP).answer(_sent("OPTIONS", "/guarded", *asked)).status == 404


def test_whether_a_rest_api_has_preflights_of_its_own_is_not_in_the_list_of_routes() -> None:
    asked = (("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"))
    answer = _side().answer(_sent("OPTIONS", "/guarded", *asked))
    assert _error(answer) == MISSING
    assert _parts(answer) == {"answer"}
    assert _parts(_side().answer(_sent("OPTIONS", "/guarded"))) == set()
    assert _parts(_side().answer(_sent("OPTIONS", "/a/b/c", *asked))) == set()
    assert _side().answer(_sent("OPTIONS", "/any", *asked)).body == b"ok"


def test_cors_headers_of_the_gateways_own_answers_have_no_source() -> None:
    side = _side(Api(Kind.HTTP_2, cors=POLICY))
    origin = ("Origin", "https://app.example")
    for sent in (_sent("DELETE", "/open", origin), _sent("PUT", "/guarded", origin)):
        assert _parts(side.answer(sent)) == {
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "access-control-expose-headers",
        }
    assert _parts(side.answer(_sent("GET", "/open", origin))) == set()


def test_an_http_apis_policy_replaces_what_the_function_says() -> None:
    headers = {"Content-Type": "a/b", "Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "1"}
    payload = json.dumps({"statusCode": 200, "headers": headers}).encode()
    side = _side(Api(Kind.HTTP_2, cors=POLICY), payload)
    assert side.answer(_sent("GET", "/open")).headers == (("content-type", "a/b"),)
    answer = side.answer(_sent("GET", "/open", ("Origin", "https://app.example")))
    assert dict(answer.headers)["access-control-allow-origin"] == "https://app.example"
    assert "access-control-max-age" not in dict(answer.headers)
    every = _side(Api(Kind.HTTP_2, cors=Cors(("*",))), payload)
    assert (
        dict(every.answer(_sent("GET", "/open", ("Origin", "https://x"))).headers)["access-control-allow-origin"] == "*"
    )
    assert ("access-control-allow-origin", "*") in _side(HTTP, payload).answer(_sent("GET", "/open")).headers


@pytest.mark.parametrize(("origin", "allowed"), [("https://a.b:8443", "https://a.b:8443"), ("http://a.b", None)])
def test_a_policy_may_name_a_scheme(origin: str, allowed: str | None) -> None:
    side = _side(Api(Kind.HTTP_2, cors=Cors(("https://*", "http://other"))))
    headers = dict(side.answer(_sent("GET", "/open", ("Origin", origin))).headers)
    assert headers.get("access-control-allow-origin") == allowed


@pytest.mark.parametrize(
    ("api", "sent"),
    [
        (REST, _sent("TRACE", "/any")),
        (REST, _sent("GET", "/op%65n")),
        (REST, _sent("GET", "///open")),
        (REST, _sent("GET", "/open", ("X-Forwarded-For", "1.2.3.4"))),
        (REST, _sent("GET", "/open", ("X-Amzn-Trace-Id", "Root=1"))),
        (REST, _sent("GET", "/open", ("Host", "other.example"))),
        (REST, _sent("GET", "/open", ("User-Agent", "a"), ("user-agent", "b"))),
        (HTTP, _sent("GET", "/open", ("Content-Type", "text/plain"), ("content-type", "image/png"))),
        (REST, _sent("GET", "/open", ("X-Large", "x" * 10_240))),
        (REST, _sent("GET", f"/open?{'x' * 8_192}")),
        (REST, _sent("GET", "/signed/x")),
        (Api(binary_media_types=("*/*",)), _sent("POST", "/open", body=b"x")),
        (HTTP, _sent("GET", "/open?a=1;b=2")),
        (HTTP, _sent("GET", "/open", ("Connection", "close"))),
        (HTTP, _sent("GET", "/a//b")),
        (HTTP, _sent("POST", "/open", ("Content-Type", "text/plain"), body=b"\xff")),
        (Api(Kind.HTTP_1), _sent("GET", "/a%20b")),
    ],
    ids=lambda value: (
        value.kind if isinstance(value, Api) else f"{value.method} {value.target[:12]} {value.headers[-1][0]}"
    ),
)
def test_what_no_source_tells_of_a_request_is_said(api: Api, sent: Sent) -> None:
    assert _parts(_side(api).answer(sent)) == {"answer"}
