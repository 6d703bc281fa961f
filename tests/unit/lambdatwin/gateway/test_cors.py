"""Cross-origin answers in both modes."""

from typing import Any

import httpx
import pytest

from src.lambdatwin.gateway.answers import UNAUTHORIZED
from src.lambdatwin.gateway.cors import CorsMiddleware, handlers_preflight, is_preflight
from src.lambdatwin.gateway.http import GatewayResponse, HeaderLine, header_text

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


async def _answer(
    response: GatewayResponse, origin: str | None, *, allowed: str = ORIGIN, preflight: bool = False
) -> httpx.Response:
    """What a client gets of `response`, or of a preflight, behind a policy that allows one origin."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
        await send({"type": "http.response.body", "body": response.body})

    guarded = CorsMiddleware(app, origins=(allowed,), methods=lambda scope: ("PUT", "GET"))
    headers = {} if origin is None else {"origin": origin}
    headers |= {"access-control-request-method": "PUT"} if preflight else {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(guarded), base_url="http://api.test") as client:
        return await client.request("OPTIONS" if preflight else "GET", "/", headers=headers)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "response", [UNAUTHORIZED, GatewayResponse(200, ((b"access-control-allow-origin", b"*"), (b"x-a", b"1")), b"x")]
)
async def test_a_policy_replaces_the_handlers_headers_on_answers_and_errors(response: GatewayResponse) -> None:
    answer = await _answer(response, ORIGIN)
    assert answer.headers.get_list("access-control-allow-origin") == [ORIGIN]
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-expose-headers"] == "X-Request-Id"
    assert answer.headers["vary"] == "Origin"
    kept = [line for line in response.headers if not line[0].startswith(b"access-control-")]
    assert answer.headers.raw[: len(kept)] == kept
    assert (answer.status_code, answer.content) == (response.status, response.body)


@pytest.mark.anyio
@pytest.mark.parametrize("preflight", [False, True])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "HTTPS://APP.EXAMPLE", None])
async def test_another_origin_gets_no_permission(origin: str | None, preflight: bool) -> None:
    allowed = GatewayResponse(200, ((b"access-control-allow-origin", b"*"),), b"x")
    answer = await _answer(allowed, origin, preflight=preflight and origin is not None)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert answer.headers["vary"] == "Origin"


@pytest.mark.anyio
async def test_any_origin_is_allowed_without_credentials() -> None:
    answer = await _answer(UNAUTHORIZED, "https://anyone.example", allowed="*")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "vary" not in answer.headers
    assert "access-control-allow-origin" not in (await _answer(UNAUTHORIZED, None, allowed="*")).headers


@pytest.mark.anyio
async def test_a_preflight_of_a_policy_names_the_methods() -> None:
    answer = await _answer(UNAUTHORIZED, ORIGIN, preflight=True)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-methods"] == "GET,OPTIONS,PUT"
    assert answer.headers["access-control-max-age"] == "600"
    assert "X-CSRF-Token" in answer.headers["access-control-allow-headers"]
