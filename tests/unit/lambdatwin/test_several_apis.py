"""Routes with the APIs that declare them: kind, payload format, stage, CORS, `$default`, ANY and greedy paths."""

import json
from dataclasses import replace
from typing import Any

import pytest
from fastapi import APIRouter, Depends

from src.lambdatwin import ports
from src.lambdatwin.app import serve_routes
from src.lambdatwin.auth.authenticator import Refused
from src.lambdatwin.auth.responses import Reason
from src.lambdatwin.endpoint import refusal_of
from src.lambdatwin.gateway.answers import UNAUTHORIZED
from src.lambdatwin.gateway.api import HttpApi
from src.lambdatwin.gateway.cors import CorsConfiguration
from src.lambdatwin.observability.metrics import Metrics
from src.lambdatwin.settings import Settings
from tests.support.toy_gateway import TOKEN, client_of, toy_gateway

pytestmark = pytest.mark.anyio

REST = ports.LambdaApi("orders", "rest", "Prod")
HTTP = ports.LambdaApi("carts", "http")
PREFLIGHT = {"Origin": "https://shop.example", "Access-Control-Request-Method": "PUT"}


async def echo(event: dict[str, Any], context: Any) -> dict[str, Any]:
    headers = {"Access-Control-Allow-Origin": "handler", "Content-Type": "application/json"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(event)}


def _router(path: str, verb: str = "GET", *, auth: str | None = None, handler: Any = echo, **declared: Any) -> Any:
    router = APIRouter(route_class=ports.LambdaRoute)

    @ports.endpoint(handler=handler, module="toys", function="echo", auth=auth, **declared)
    async def signature() -> None: ...

    router.add_api_route(path, signature, methods=[verb])
    return router


async def test_each_route_has_the_events_of_its_own_api() -> None:
    app = toy_gateway(
        _router("/orders", api=REST),
        _router("/carts", api=HTTP, payload="2.0"),
        _router("/carts/old", api=HTTP, payload="1.0"),
        _router("/plain"),
    )
    async with client_of(app) as client:
        seen = {path: (await client.get(path)).json() for path in ("/orders", "/carts", "/carts/old", "/plain")}
    stages = {path: event["requestContext"]["stage"] for path, event in seen.items()}
    assert {path: event.get("version") for path, event in seen.items()} == {
        "/orders": None,
        "/carts": "2.0",
        "/carts/old": "1.0",
        "/plain": None,
    }
    assert stages == {"/orders": "Prod", "/carts": "$default", "/carts/old": "$default", "/plain": "prod"}


@pytest.mark.parametrize(
    ("declared", "settings", "version"),
    [
        ({"payload": "2.0"}, {}, "2.0"),
        ({"payload": "1.0"}, {}, None),
        ({"payload": "1.0"}, {"gateway_payload": "http-2.0"}, "1.0"),
        ({"payload": "2.0"}, {"gateway_payload": "http-1.0"}, "2.0"),
        ({"api": HTTP}, {}, "2.0"),
        ({"api": HTTP}, {"gateway_payload": "http-1.0"}, "1.0"),
        ({"api": REST}, {"gateway_payload": "http-1.0"}, None),
        ({}, {"gateway_payload": "http-1.0"}, "1.0"),
    ],
)
async def test_what_a_route_does_not_say_is_as_the_settings_say(
    declared: Any, settings: Any, version: str | None
) -> None:
    async with client_of(toy_gateway(_router("/a", **declared), **settings)) as client:
        assert (await client.get("/a")).json().get("version") == version


async def test_an_exact_route_of_one_api_goes_before_a_greedy_one_of_another() -> None:
    app = toy_gateway(_router("/{all+}", "ANY", api=REST), _router("/carts/{id}", api=HTTP))
    async with client_of(app) as client:
        assert (await client.get("/carts/1")).json()["routeKey"] == "GET /carts/{id}"
        assert (await client.get("/other")).json()["resource"] == "/{all+}"


@pytest.mark.parametrize(("one", "other"), [("GET", "GET"), ("ANY", "GET"), ("GET", "ANY")])
def test_two_apis_of_one_app_cannot_have_one_route(one: str, other: str) -> None:
    with pytest.raises(ValueError, match=r"^GET /a/\{.\} is declared by two APIs"):
        toy_gateway(_router("/a/{x}", one, api=REST), _router("/a/{y}", other, api=HTTP))


async def test_two_apis_may_have_a_method_each_of_one_path() -> None:
    async with client_of(toy_gateway(_router("/a", "PUT", api=REST), _router("/a", "GET", api=HTTP))) as client:
        assert (await client.get("/a")).json()["routeKey"] == "GET /a"


async def test_the_first_api_answers_what_no_route_serves() -> None:
    async with client_of(toy_gateway(_router("/a", api=HTTP), _router("/b", api=REST))) as client:
        answer = await client.get("/nothing", headers=TOKEN)
    assert (answer.status_code, answer.content) == (404, b'{"message":"Not Found"}')
    assert answer.headers["apigw-requestid"] == "request-1"


@pytest.mark.parametrize("is_first", [True, False])
async def test_an_api_that_has_the_path_answers_another_method(is_first: bool) -> None:
    cors = CorsConfiguration(("https://shop.example",), ("PUT",))
    routers = [_router("/orders/{id}", api=REST), _router("/carts/{id}", api=replace(HTTP, cors=cors))]
    async with client_of(toy_gateway(*(routers if is_first else routers[::-1]))) as client:
        answers = [await client.post(path) for path in ("/orders/1", "/carts/1")]
        preflights = [await client.options(path, headers=PREFLIGHT) for path in ("/orders/1", "/carts/1")]
    assert [(one.status_code, one.json()["message"]) for one in answers] == [
        (403, "Missing Authentication Token"),
        (404, "Not Found"),
    ]
    assert [(one.status_code, one.headers.get("access-control-allow-origin")) for one in preflights] == [
        (200, "*"),
        (204, "https://shop.example"),
    ]


async def test_own_answers_of_an_http_api_carry_its_request_id() -> None:
    async def failing(event: dict[str, Any], context: Any) -> Any:
        raise RuntimeError

    app = toy_gateway(
        _router("/fails", handler=failing), _router("/guarded", auth="iam"), _router("/a"), gateway_payload="http-2.0"
    )
    async with client_of(app) as client:
        answers = [await client.get(path) for path in ("/fails", "/guarded", "/nothing", "/a")]
    assert [answer.status_code for answer in answers] == [500, 401, 404, 200]
    assert [answer.headers.get("apigw-requestid") for answer in answers] == ["request-1"] * 3 + [None]
    async with client_of(toy_gateway(_router("/fails", handler=failing))) as client:
        assert "apigw-requestid" not in (await client.get("/fails")).headers


async def test_default_takes_what_nothing_else_serves() -> None:
    app = toy_gateway(_router("/a"), _router("$default", "ANY"), gateway_payload="http-2.0")

    @app.get("/by-hand")
    def by_hand() -> str:
        return "by hand"

    async with client_of(app) as client:
        assert (await client.get("/a")).json()["routeKey"] == "GET /a"
        assert (await client.get("/by-hand")).json() == "by hand"
        for method, path in (("GET", "/"), ("PUT", "/a"), ("GET", "/a/"), ("GET", "/x%20y/z"), ("OPTIONS", "/a")):
            event = (await client.request(method, path)).json()
            assert (event["routeKey"], event["requestContext"]["routeKey"]) == ("$default", "$default")
            assert event["requestContext"]["http"]["method"] == method
            assert "pathParameters" not in event


def test_a_rest_api_has_no_default_route() -> None:
    with pytest.raises(ValueError, match="starts with a slash"):
        toy_gateway(_router("$default", "ANY"))


@pytest.mark.parametrize("path", ["/files/{rest+}", "/files/{rest:path}"])
async def test_a_greedy_path_may_be_written_as_starlette_does(path: str) -> None:
    async with client_of(toy_gateway(_router(path))) as client:
        event = (await client.get("/files/a/b%2Fc")).json()
    assert (event["resource"], event["pathParameters"]) == ("/files/{rest+}", {"rest": "a/b%2Fc"})


async def test_a_route_of_any_keeps_its_key_where_it_is_documented_by_method() -> None:
    routers = [_router("/x/{p+}", method, any_method=True, payload="2.0") for method in ("GET", "PUT")]
    async with client_of(toy_gateway(*routers)) as client:
        for method in ("GET", "PUT"):
            assert (await client.request(method, "/x/1")).json()["routeKey"] == "ANY /x/{p+}"
        assert (await client.delete("/x/1")).status_code == 404


async def test_two_installations_in_one_app_have_an_api_each() -> None:
    app = toy_gateway(_router("/a"))
    routes = [route for route in _router("/a").routes if isinstance(route, ports.LambdaRoute)]
    settings = Settings(gateway_payload="http-2.0", gateway_stage="live")
    running = replace(app.state.lambdatwin.services.runtime, metrics=Metrics(), settings=settings)
    serve_routes(app, running, routes, "/http").started = True
    async with client_of(app) as client:
        rest, http = (await client.get("/a")).json(), (await client.get("/http/a")).json()
    assert (rest["path"], rest["requestContext"]["stage"]) == ("/a", "prod")
    assert (http["rawPath"], http["requestContext"]["stage"]) == ("/live/a", "live")


@pytest.mark.parametrize(
    ("sent", "reason", "words"),
    [
        (None, Reason.NO_CREDENTIALS, None),
        (b" ", Reason.MALFORMED_CREDENTIALS, None),
        (b"Basic YTpi", Reason.MALFORMED_CREDENTIALS, "token contains an invalid number of segments"),
        (b"Bearer a.b", Reason.MALFORMED_JWT, "token contains an invalid number of segments"),
        (b"Bearer a.b.c", Reason.EXPIRED, "the token has expired"),
    ],
)
def test_an_http_api_says_what_is_wrong_with_a_token(sent: bytes | None, reason: Reason, words: str | None) -> None:
    """It knows no scheme: `Basic YTpi` is a token of one segment."""
    headers = [] if sent is None else [(b"authorization", sent)]
    lines = dict(refusal_of(Refused(UNAUTHORIZED, reason), HttpApi(), headers).headers)
    challenge = "Bearer" if words is None else f'Bearer scope="" error="invalid_token" error_description="{words}"'
    assert lines[b"www-authenticate"] == challenge.encode()


async def test_dependencies_run_before_any_method_of_any() -> None:
    asked: list[str] = []
    app = toy_gateway(_router("/first"))
    routes = [route for route in _router("/any", "ANY").routes if isinstance(route, ports.LambdaRoute)]
    running = replace(app.state.lambdatwin.services.runtime, metrics=Metrics())
    installed = serve_routes(app, running, routes, "/v1", [Depends(lambda: asked.append("asked"))])
    installed.started = True
    async with client_of(app) as client:
        for method in ("GET", "DELETE", "OPTIONS"):
            assert (await client.request(method, "/v1/any")).status_code == 200
    assert asked == ["asked"] * 3


CORS = CorsConfiguration(("https://shop.example",), ("PUT", "GET"), ("x-a",), ("x-b",), 300, allow_credentials=True)


async def test_an_http_api_with_cors_answers_preflights_itself() -> None:
    app = toy_gateway(_router("/a", "PUT", auth="iam"), gateway_payload="http-2.0", gateway_cors=CORS)
    async with client_of(app) as client:
        for path in ("/a", "/nothing"):
            answer = await client.options(path, headers=PREFLIGHT)
            assert (answer.status_code, answer.content) == (204, b"")
            assert {name: value for name, value in answer.headers.items() if name.startswith("access-control-")} == {
                "access-control-allow-origin": "https://shop.example",
                "access-control-allow-credentials": "true",
                "access-control-expose-headers": "x-b",
                "access-control-allow-methods": "PUT,GET",
                "access-control-allow-headers": "x-a",
                "access-control-max-age": "300",
            }
        refused = await client.options("/a", headers={**PREFLIGHT, "Origin": "https://other.example"})
        plain = await client.options("/a")
    assert not [name for name in refused.headers if name.startswith("access-control-")]
    assert plain.status_code == 404


async def test_its_cors_headers_replace_those_of_the_handler() -> None:
    app = toy_gateway(_router("/a"), gateway_payload="http-2.0", gateway_cors=CORS)
    async with client_of(app) as client:
        allowed = await client.get("/a", headers={"Origin": "https://shop.example"})
        other = await client.get("/a", headers={"Origin": "https://other.example"})
        without = await client.get("/a")
        unrouted = await client.get("/nothing", headers={"Origin": "https://shop.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
    assert allowed.headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-origin" not in {**other.headers, **without.headers}
    assert (unrouted.status_code, unrouted.headers["access-control-allow-origin"]) == (404, "https://shop.example")


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        (("*",), "https://a.b", "*"),
        (("https://*",), "https://a.b", "https://a.b"),
        (("https://*",), "http://a.b", None),
        (("https://a.b", "https://c.d"), "https://c.d", "https://c.d"),
        ((), "https://a.b", None),
    ],
)
async def test_origins_of_an_http_api(origins: tuple[str, ...], origin: str, allowed: str | None) -> None:
    api = ports.LambdaApi(kind="http", cors=CorsConfiguration(origins))
    async with client_of(toy_gateway(_router("/a", api=api))) as client:
        answer = await client.get("/a", headers={"Origin": origin})
    assert answer.headers.get("access-control-allow-origin") == allowed


async def test_an_http_api_without_cors_leaves_preflights_to_its_routes() -> None:
    app = toy_gateway(_router("/a", "PUT"), _router("/b", "ANY"), gateway_payload="http-2.0")
    async with client_of(app) as client:
        assert (await client.options("/a", headers=PREFLIGHT)).status_code == 404
        assert (await client.options("/b", headers=PREFLIGHT)).json()["requestContext"]["http"]["method"] == "OPTIONS"


@pytest.mark.parametrize(("api", "payload"), [(REST, None), (HTTP, "2.0")])
async def test_the_variables_of_a_stage_are_the_declared_ones(api: ports.LambdaApi, payload: Any) -> None:
    named = replace(api, stage_variables=(("shelf", "north"),))
    app = toy_gateway(_router("/a", api=named, payload=payload), gateway_stage_variables={"shelf": "south"})
    async with client_of(app) as client:
        assert (await client.get("/a")).json()["stageVariables"] == {"shelf": "north"}


MOCKS = (
    ports.Preflight("/a", 200, (("Access-Control-Allow-Origin", "*"), ("Access-Control-Max-Age", "5")), "{}\n"),
    ports.Preflight("/any", 204, ()),
    ports.Preflight("/b/{rest+}", 200, (("Access-Control-Allow-Origin", "x"),), origins=("http://*.a.b", "https://c")),
    ports.Preflight("/guarded", 200, (), is_guarded=True),
)


@pytest.mark.parametrize(
    ("path", "origin", "status", "allowed", "body"),
    [
        ("/a", "https://shop.example", 200, "*", "{}\n"),
        ("/a/", "https://shop.example", 200, "*", "{}\n"),
        ("/any", "https://shop.example", 204, None, ""),
        ("/b/c/d", "https://shop.example", 200, "x", ""),
        ("/b/c", "http://www.a.b", 200, "http://www.a.b", ""),
        ("/b/c", "http://.a.b", 200, "x", ""),
        ("/b/c", "https://c", 200, "https://c", ""),
        ("/guarded", "https://shop.example", 401, None, '{"message":"Unauthorized"}'),
    ],
)
async def test_mock_methods_of_a_rest_api_answer_preflights(
    path: str, origin: str, status: int, allowed: str | None, body: str
) -> None:
    api = replace(REST, preflights=MOCKS)
    app = toy_gateway(*(_router(one, verb, api=api) for one, verb in (("/a", "GET"), ("/any", "ANY"))))
    async with client_of(app) as client:
        answer = await client.options(path, headers={**PREFLIGHT, "Origin": origin})
        plain = await client.get("/a", headers={"Origin": origin})
    assert (answer.status_code, answer.text) == (status, body)
    assert answer.headers.get("access-control-allow-origin") == allowed
    assert answer.headers["content-type"] == "application/json"
    assert plain.headers["access-control-allow-origin"] == "handler"


@pytest.mark.parametrize(("api", "seconds"), [(REST, 29), (HTTP, 30)])
async def test_the_time_that_a_handler_has_is_that_of_its_kind_of_api(api: ports.LambdaApi, seconds: int) -> None:
    async def left(event: dict[str, Any], context: Any) -> Any:
        return {"statusCode": 200, "body": str(context.get_remaining_time_in_millis())}

    async with client_of(toy_gateway(_router("/a", handler=left, api=api))) as client:
        assert (seconds - 5) * 1000 < int((await client.get("/a")).text) <= seconds * 1000
    async with client_of(toy_gateway(_router("/a", handler=left, api=api), gateway_timeout=12)) as client:
        assert int((await client.get("/a")).text) <= 12_000
