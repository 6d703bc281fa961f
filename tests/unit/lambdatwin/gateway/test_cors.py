"""Cross-origin answers in both modes."""

import pytest

from src.lambdatwin.gateway.answers import UNAUTHORIZED
from src.lambdatwin.gateway.cors import CorsPolicy, handlers_preflight, is_preflight
from src.lambdatwin.gateway.http import GatewayResponse, HeaderLine
from src.lambdatwin.gateway.request_parts import header_text

ORIGIN = "https://app.example"
HANDLERS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "X-Only", "X-Frame-Options": "DENY"}


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("OPTIONS", ((b"origin", b"x"), (b"access-control-request-method", b"GET")), True),
        ("OPTIONS", ((b"origin", b"x"),), False),
        ("OPTIONS", ((b"access-control-request-method", b"GET"),), False),
        ("GET", ((b"origin", b"x"), (b"access-control-request-method", b"GET")), False),
    ],
)
def test_only_a_browsers_preflight_is_one(method: str, headers: tuple[HeaderLine, ...], expected: bool) -> None:
    assert is_preflight(method, headers) is expected


def test_by_default_a_preflight_says_what_the_handlers_say() -> None:
    response = handlers_preflight(("POST", "GET"), HANDLERS)
    assert (response.status, response.body) == (200, b"")
    assert header_text(response.headers, b"access-control-allow-headers") == "X-Only"
    assert header_text(response.headers, b"access-control-allow-origin") == "*"
    assert header_text(response.headers, b"access-control-allow-methods") == "GET,OPTIONS,POST"
    assert header_text(response.headers, b"x-frame-options") is None


def test_a_preflight_of_silent_handlers_still_allows_a_bearer_token() -> None:
    response = handlers_preflight(("GET",))
    assert "Authorization" in (header_text(response.headers, b"access-control-allow-headers") or "")


@pytest.mark.parametrize(
    "response", [UNAUTHORIZED, GatewayResponse(200, ((b"access-control-allow-origin", b"*"), (b"x-a", b"1")), b"x")]
)
def test_a_policy_replaces_the_handlers_headers_on_answers_and_errors(response: GatewayResponse) -> None:
    answer = CorsPolicy(frozenset({ORIGIN})).applied(response, ORIGIN)
    assert [value for name, value in answer.headers if name == b"access-control-allow-origin"] == [ORIGIN.encode()]
    assert header_text(answer.headers, b"access-control-allow-credentials") == "true"
    assert header_text(answer.headers, b"vary") == "Origin"
    kept = [line for line in response.headers if not line[0].startswith(b"access-control-")]
    assert answer.headers[: len(kept)] == tuple(kept)
    assert (answer.status, answer.body) == (response.status, response.body)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "HTTPS://APP.EXAMPLE", None])
def test_another_origin_gets_no_permission(origin: str | None) -> None:
    policy = CorsPolicy(frozenset({ORIGIN}))
    allowed = GatewayResponse(200, ((b"access-control-allow-origin", b"*"),), b"x")
    for answer in (policy.applied(allowed, origin), policy.preflight(origin, ("GET",))):
        assert not [name for name, _ in answer.headers if name.startswith(b"access-control-")]
        assert header_text(answer.headers, b"vary") == "Origin"


def test_any_origin_is_allowed_without_credentials() -> None:
    answer = CorsPolicy(frozenset({"*"})).applied(UNAUTHORIZED, "https://anyone.example")
    assert header_text(answer.headers, b"access-control-allow-origin") == "*"
    assert header_text(answer.headers, b"access-control-allow-credentials") is None


def test_a_preflight_of_a_policy_names_the_methods() -> None:
    answer = CorsPolicy(frozenset({ORIGIN})).preflight(ORIGIN, ("PUT", "GET"))
    assert header_text(answer.headers, b"access-control-allow-methods") == "GET,OPTIONS,PUT"
    assert header_text(answer.headers, b"access-control-max-age") == "600"
