"""What a FastAPI developer adds to the app works, for generated routes as for hand-written ones."""

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import pytest
import sentry_sdk
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_fastapi_instrumentator import Instrumentator
from slowapi import Limiter
from slowapi.errors import RateLimitExceeded
from slowapi.middleware import SlowAPIMiddleware
from slowapi.util import get_remote_address
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.routing import Mount

from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.lambdatwin import Project, ports
from src.lambdatwin.app import create_app, install
from src.lambdatwin.dependencies import Accepted, current_user, verdict
from src.lambdatwin.project import Registry
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support.toy_gateway import TOKEN, client_of, toy_gateway, toy_router

pytestmark = pytest.mark.anyio
type Event = dict[str, Any]

NO_DATABASE: dict[str, Any] = {
    "environment": "test",
    "database_url": "postgresql://nobody@127.0.0.1:1/none",
    "cognito_issuer": "http://127.0.0.1:1/pool",
    "cognito_client_id": "client",
}


async def echo(event: Event, context: Any) -> Any:
    claims = (event["requestContext"].get("authorizer") or {}).get("claims") or {}
    body = f"{event['resource']} {event['path']} {event['pathParameters']} {claims.get('sub')}"
    return {"statusCode": 200, "headers": {}, "body": body}


async def raises(event: Event, context: Any) -> Any:
    raise LookupError("what went wrong")


async def large(event: Event, context: Any) -> Any:
    return {"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": "x" * 5000}


@asynccontextmanager
async def plain_app(**options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Generated routers in a FastAPI app of one's own."""
    app = FastAPI()

    @app.get("/hello")
    async def hello() -> dict[str, str]:
        return {"said": "hello"}

    install(app, [toy_router(echo)], project=MenuPlanning(), settings=Settings(**NO_DATABASE), **options)
    async with app.router.lifespan_context(app), client_of(app) as client:
        yield client


async def get(app: FastAPI, path: str) -> httpx.Response:
    async with client_of(app) as client:
        return await client.get(path)


async def test_the_event_has_the_names_that_the_handler_reads() -> None:
    router = toy_router(echo, path="/shops/{shop_id}/{rest:path}", reads={"shop_id": "id"})
    app = FastAPI()
    seen: list[str] = []

    def dependency(shop_id: str) -> None:
        seen.append(shop_id)

    install(app, [router], project=MenuPlanning(), settings=Settings(**NO_DATABASE), dependencies=[Depends(dependency)])
    async with app.router.lifespan_context(app), client_of(app) as client:
        answer = await client.get("/shops/7/a/b")
    assert answer.text == "/shops/{id}/{rest+} /shops/7/a/b {'id': '7', 'rest': 'a/b'} None"
    assert seen == ["7"]


async def test_each_method_of_any_has_the_route_key_of_any() -> None:
    async def route_key(event: Event, context: Any) -> Any:
        return {"statusCode": 200, "body": event["routeKey"]}

    app, router = FastAPI(), toy_router(route_key, any_method=True)
    settings = Settings(**NO_DATABASE, gateway_payload="http-2.0")
    install(app, [router], project=MenuPlanning(), settings=settings)
    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/things/1")).text == "ANY /things/{id}"


async def test_one_function_of_any_serves_its_methods_as_they_are_documented() -> None:
    async def method(event: Event, context: Any) -> Any:
        return {"statusCode": 200, "body": f"{event['resource']} {event['httpMethod']}"}

    router = ports.router("Toys")

    @router.api_route("/toys/{id}", methods=["GET", "DELETE"], operation_id="toys")
    @ports.endpoint(handler=method, module="toys", function="method", auth=None, any_method=True)
    async def signature() -> None: ...

    app = FastAPI()
    install(app, [router], project=MenuPlanning(), settings=Settings(**NO_DATABASE))
    async with app.router.lifespan_context(app), client_of(app) as client:
        for verb in ("GET", "DELETE"):
            assert (await client.request(verb, "/toys/1")).text == f"/toys/{{id}} {verb}"
        assert (await client.put("/toys/1")).status_code == 404
        documented = (await client.get("/openapi.json")).json()["paths"]["/toys/{id}"]
    assert {verb: one["operationId"] for verb, one in documented.items()} == {
        "get": "toys_get",
        "delete": "toys_delete",
    }


async def test_middleware_sees_every_request() -> None:
    app = toy_gateway(toy_router(large))

    class Marked(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Response:
            response: Response = await call_next(request)
            response.headers["x-marked"] = request.scope["route"].path
            return response

    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Marked)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["good.example"])
    async with client_of(app) as client:
        refused = await client.get("/things/1")
        good = await client.get("/things/1", headers={"Host": "good.example", "Accept-Encoding": "gzip"})
    assert refused.status_code == 400
    assert (good.status_code, good.headers["content-encoding"], len(good.content)) == (200, "gzip", 5000)
    assert good.headers["x-marked"] == "/things/{id}"


async def test_a_middleware_of_the_developer_may_name_the_request() -> None:
    """As asgi-correlation-id and starlette-context do, around all that stands in the app before them."""

    class Named(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Response:
            response: Response = await call_next(request)
            response.headers.append("X-Request-ID", "of the client")
            return response

    app = toy_gateway(toy_router(echo))
    assert (await get(app, "/things/1")).headers.get_list("x-request-id") == ["request-1"]
    named = toy_gateway(toy_router(echo))
    named.add_middleware(Named)
    assert (await get(named, "/things/1")).headers.get_list("x-request-id") == ["of the client"]


async def test_an_answer_of_a_middleware_has_a_request_id() -> None:
    app = toy_gateway(toy_router(echo))
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["good.example"])
    refused = await get(app, "/things/1")
    assert (refused.status_code, refused.headers.get_list("x-request-id")) == (400, ["request-1"])


async def test_slowapi_limits_a_generated_route() -> None:
    app = toy_gateway(toy_router(echo))
    app.state.limiter = Limiter(key_func=get_remote_address, default_limits=["2/minute"])
    app.add_middleware(SlowAPIMiddleware)

    @app.exception_handler(RateLimitExceeded)
    async def too_many(request: Request, error: Exception) -> Response:
        return Response(status_code=429)

    async with client_of(app) as client:
        assert [(await client.get("/things/1")).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(("method", "path"), [("GET", "/things/{id}"), ("ANY", "/{proxy+}"), ("GET", "/{other}")])
async def test_a_hand_written_route_stands_beside_generated_ones(method: str, path: str) -> None:
    app = toy_gateway(toy_router(echo, method=method, path=path))

    @app.get("/hello")
    async def hello(missing: bool = False) -> dict[str, str]:
        if missing:
            raise HTTPException(404, "there is no such greeting")
        return {"said": "hello"}

    async with client_of(app) as client:
        assert (await client.get("/hello")).json() == {"said": "hello"}
        missing = await client.get("/hello?missing=1")
        assert (missing.status_code, missing.json()) == (404, {"detail": "there is no such greeting"})
        unrouted = await client.get("/no/such/thing")
        assert unrouted.status_code == (200 if "+" in path else 403)


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("method", ["GET", "ANY"])
async def test_a_hand_written_route_equal_to_a_declared_one_refuses_the_start(included: bool, method: str) -> None:
    app, written = FastAPI(), APIRouter()

    @(written if included else app).get("/things/{number}")
    async def thing(number: int) -> None: ...

    app.include_router(written)
    install(app, [toy_router(echo, method=method)], project=MenuPlanning(), settings=Settings(**NO_DATABASE))
    with pytest.raises(ValueError, match=r"GET /things/\{number\} is written by hand and declared by toys"):
        async with app.router.lifespan_context(app):
            pass


async def test_a_root_path_and_a_mount_are_cut_off() -> None:
    app = toy_gateway(toy_router(echo))
    transport = httpx.ASGITransport(app, root_path="/api")
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        assert (await client.get("/api/things/a%2Fb")).text.startswith("/things/{id} /things/a%2Fb")
    parent = FastAPI()
    parent.mount("/below/it", app)
    async with client_of(parent) as client:
        assert (await client.get("/below/it/things/a%2Fb")).text.startswith("/things/{id} /things/a%2Fb")
        assert (await client.get("/below/it/nothing")).status_code == 403
        assert (await client.get("/things/1")).status_code == 404


async def test_an_app_mounted_under_the_app_serves_what_no_route_takes() -> None:
    app, inner = toy_gateway(toy_router(echo, path="/{other}")), FastAPI()

    @inner.get("/hello")
    async def hello() -> str:
        return "inner"

    app.mount("/inner", inner)
    async with client_of(app) as client:
        assert (await client.get("/inner/hello")).json() == "inner"
        assert (await client.get("/thing")).text.startswith("/{other}")


@pytest.mark.parametrize(("method", "path", "by_hand"), [("GET", "/things/{id}", False), ("ANY", "/{proxy+}", True)])
async def test_a_hand_written_route_for_every_path_leaves_all_but_greedy_ones(
    method: str, path: str, by_hand: bool
) -> None:
    app = toy_gateway(toy_router(echo, method=method, path=path))

    @app.get("/{page:path}")
    async def page(page: str) -> str:
        return "a page"

    async with client_of(app) as client:
        assert ((await client.get("/things/1")).text == '"a page"') is by_hand
        assert (await client.get("/else")).text == '"a page"'


async def test_a_hand_written_route_for_every_path_may_stand_first() -> None:
    app = FastAPI()

    @app.get("/{page:path}")
    async def page(page: str) -> str:
        return "a page"

    install(app, [toy_router(echo)], project=MenuPlanning(), settings=Settings(**NO_DATABASE))
    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/things/1")).text.startswith("/things/{id} /things/1")
        assert (await client.get("/else")).text == '"a page"'


async def test_a_middleware_may_rewrite_the_decoded_path_alone() -> None:
    app = toy_gateway(toy_router(echo))

    class Rewritten:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["path"].startswith("/old"):
                scope = {**scope, "path": "/things" + scope["path"].removeprefix("/old")}
            await self.app(scope, receive, send)

    app.add_middleware(Rewritten)
    for sent, seen in (("a%2Fb", "/things/a%2Fb"), ("a:b@c", "/things/a:b@c")):
        assert (await get(app, f"/things/{sent}")).text.split()[1] == seen
    assert (await get(app, "/old/a:b@c%C3%A9")).text.split()[1] == "/things/a:b@c%C3%A9"


async def test_a_mounted_app_that_never_started_says_so(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()
    install(app, [toy_router(echo)], project=MenuPlanning(), settings=Settings(**NO_DATABASE))
    logger = logging.getLogger("lambdatwin")
    logger.propagate = True
    try:
        async with client_of(app) as client:
            assert (await client.get("/things/1")).status_code == 503
    finally:
        logger.propagate = False
    assert "the app's lifespan has not run" in caplog.text


async def test_an_app_whose_lifespan_has_not_run_is_not_ready() -> None:
    app = create_app(Project(), Settings(environment="production"), registry=Registry((toy_router(echo),), ()))
    parent = FastAPI()
    parent.mount("/api", app)
    async with client_of(parent) as client:
        unready = await client.get("/api/health/ready")
        async with app.router.lifespan_context(app):
            ready = await client.get("/api/health/ready")
    assert (unready.status_code, unready.json()["failed"]) == (503, ["lifespan"])
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "checks": {}, "failed": []})


async def test_generated_routers_are_installed_with_a_prefix_and_dependencies() -> None:
    async def key(x_key: Annotated[str | None, Header()] = None) -> None:
        if x_key != "open":
            raise HTTPException(401, "no key")

    async with plain_app(prefix="/v1", dependencies=[Depends(key)]) as client:
        assert (await client.get("/hello")).json() == {"said": "hello"}
        assert (await client.get("/v1/things/1")).json() == {"detail": "no key"}
        answer = await client.get("/v1/things/1", headers={"X-Key": "open"})
        assert answer.text.startswith("/things/{id} /things/1 {'id': '1'}")
        assert (await client.get("/things/1")).status_code == 404
        assert "/v1/things/{id}" in (await client.get("/openapi.json")).json()["paths"]


async def body(event: Event, context: Any) -> Any:
    return {"statusCode": 200, "headers": {}, "body": event["body"]}


async def read_whole(request: Request) -> None:
    await request.body()


async def read_in_parts(request: Request) -> None:
    async for _ in request.stream():
        pass


async def read_as_json(sent: dict[str, str]) -> None:
    assert sent == {"said": "hello"}


@pytest.mark.parametrize("reads", [read_whole, read_in_parts, read_as_json])
async def test_a_dependency_may_read_the_body_before_the_handler(reads: Any) -> None:
    app = FastAPI()
    router = toy_router(body, method="POST", auth="iam")
    install(app, [router], project=MenuPlanning(), settings=Settings(**NO_DATABASE), dependencies=[Depends(reads)])

    async def by_signature(request: Request) -> Accepted:
        return Accepted({"sub": f"{len(await request.body())}"})

    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.post("/things/1", json={"said": "hello"})).status_code == 401
        if reads is not read_in_parts:
            app.dependency_overrides[verdict] = by_signature
        else:
            app.dependency_overrides[verdict] = lambda: Accepted({"sub": "u1"})
        answer = await client.post("/things/1", json={"said": "hello"})
    assert (answer.status_code, answer.text) == (200, '{"said":"hello"}')


async def test_dependencies_of_the_app_count_for_generated_routes() -> None:
    def closed() -> None:
        raise HTTPException(402, "closed")

    app = FastAPI(dependencies=[Depends(closed)])
    install(app, [toy_router(echo)], project=MenuPlanning(), settings=Settings(**NO_DATABASE))
    async with app.router.lifespan_context(app):
        assert (await get(app, "/things/1")).json() == {"detail": "closed"}


@pytest.mark.parametrize(
    ("prefix", "told"), [("v1", "write it like /v1"), ("/v1/", "write it like /v1"), ("/{tenant}/v1", "no parameters")]
)
def test_a_prefix_that_no_request_could_have_is_refused(prefix: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        install(FastAPI(), [toy_router(echo)], prefix, project=MenuPlanning(), settings=Settings(**NO_DATABASE))


async def test_an_app_may_be_mounted_below_a_parameter() -> None:
    app = FastAPI()
    install(app, [toy_router(echo)], project=MenuPlanning(), settings=Settings(**NO_DATABASE))
    parent = FastAPI()
    parent.mount("/{tenant}/v1", app)
    async with app.router.lifespan_context(app):
        assert (await get(parent, "/acme/v1/things/1")).text == "/things/{id} /things/1 {'id': '1'} None"


def test_a_router_that_includes_generated_ones_is_refused() -> None:
    around = APIRouter(prefix="/v1")
    around.include_router(toy_router(echo))
    with pytest.raises(ValueError, match="the generated routers themselves"):
        install(FastAPI(), [around], project=MenuPlanning(), settings=Settings(**NO_DATABASE))


async def test_routers_of_two_prefixes_leave_one_request_id() -> None:
    app = FastAPI()
    for prefix in ("/v1", "/v2"):
        install(app, [toy_router(echo)], prefix, project=MenuPlanning(), settings=Settings(**NO_DATABASE))
    async with app.router.lifespan_context(app), client_of(app) as client:
        for prefix in ("/v1", "/v2"):
            answer = await client.get(f"{prefix}/things/1")
            assert (answer.status_code, len(answer.headers.get_list("x-request-id"))) == (200, 1)


@pytest.mark.parametrize("prefixes", [("", ""), ("/v1", "/v1")])
def test_routes_that_are_installed_twice_refuse_the_start(prefixes: tuple[str, str]) -> None:
    app = FastAPI()
    for prefix in prefixes:
        install(app, [toy_router(echo)], prefix, project=MenuPlanning(), settings=Settings(**NO_DATABASE))
    with pytest.raises(ValueError, match=r"/things/\{id\} is installed twice"), TestClient(app):
        pass


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_the_router_of_an_app_that_another_app_includes_refuses_the_start(prefix: str) -> None:
    app, parent = FastAPI(), FastAPI()
    install(app, [toy_router(echo)], project=MenuPlanning(), settings=Settings(**NO_DATABASE))
    parent.include_router(app.router, prefix=prefix)
    with pytest.raises(ValueError, match=r"/things/\{id\} is included from another app: mount"), TestClient(parent):
        pass


@pytest.mark.parametrize("starts", [True, False])
def test_routes_that_are_copied_into_apps_of_versions_say_what_to_do(
    starts: bool, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As fastapi-versioning does, which hands a lifespan on only when it is told to."""
    app, version = FastAPI(), FastAPI()
    install(app, [toy_router(echo)], project=Project(), settings=Settings(**NO_DATABASE))
    version.router.routes.extend(app.routes)
    parent = FastAPI(lifespan=app.router.lifespan_context if starts else None)
    parent.mount("/v1", version)
    said = r"/things/{id} is included from another app: mount that, or install its routers here"
    if starts:
        with pytest.raises(ValueError, match=re.escape(said)), TestClient(parent):
            pass
    else:
        monkeypatch.setattr(logging.getLogger("lambdatwin"), "propagate", True)
        with TestClient(parent) as client:
            assert client.get("/v1/things/1").status_code == 503
        assert said in caplog.text


async def test_a_copied_route_never_runs_its_handler() -> None:
    app = toy_gateway(toy_router(echo))
    copied = Starlette(routes=[Mount("/v1", routes=app.routes)])
    async with client_of(copied) as client:
        assert (await client.get("/v1/things/1")).status_code == 503


async def test_a_router_that_is_only_included_refuses_the_start() -> None:
    from generated.registry import ROUTERS

    app = FastAPI()
    app.include_router(ROUTERS[0])
    with pytest.raises(RuntimeError, match="served after install"):
        async with app.router.lifespan_context(app):
            pass
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        assert (await client.get("/forms")).status_code == 500


def test_a_generated_signature_answers_nothing_in_a_route_of_another_class() -> None:
    """As packages that copy the routes of an app make them: a null without authorization would look like success."""
    app = FastAPI()
    for route in toy_router(echo, auth="iam").routes:
        assert isinstance(route, APIRoute)
        app.add_api_route(f"/v1{route.path}", route.endpoint, methods=["GET"])
    client = TestClient(app)
    with pytest.raises(RuntimeError, match="served after install"):
        client.get("/v1/things/1")
    assert "/v1/things/{id}" in app.openapi()["paths"]


async def test_an_overridden_verdict_counts_for_every_route() -> None:
    app = toy_gateway(toy_router(echo, auth="iam"))

    @app.get("/whoami")
    async def whoami(
        found: Annotated[Accepted, Depends(verdict)], user: Annotated[Any, Depends(current_user("iam"))]
    ) -> str:
        return f"{found.claims['sub']} {user.id}"

    async def sub(x_sub: Annotated[str, Header()]) -> str:
        return x_sub

    def by_header(sub: Annotated[str, Depends(sub)]) -> Accepted:
        return Accepted({"sub": sub})

    def machine() -> Accepted:
        return Accepted({"client_id": "a-machine"})

    async with client_of(app) as client:
        generated, written = await client.get("/things/1"), await client.get("/whoami")
        assert (
            (generated.status_code, generated.content)
            == (written.status_code, written.content)
            == (401, written.content)
        )
        assert generated.headers["content-type"] == written.headers["content-type"]
        assert (await client.get("/whoami", headers=TOKEN)).json() == "u1 u1"
        app.dependency_overrides[verdict] = by_header
        assert (await client.get("/things/1", headers={"X-Sub": "u1"})).text.endswith(" u1")
        assert (await client.get("/whoami", headers={"X-Sub": "u1"})).json() == "u1 u1"
        assert (await client.get("/whoami", headers={"X-Sub": "stranger"})).status_code == 401
        assert (await client.get("/things/1")).status_code == 422  # the override's own header is missing
        app.dependency_overrides[verdict] = machine
        unknown = await client.get("/whoami")
        assert (unknown.status_code, "This user is not known here." in unknown.text) == (401, True)


@pytest.mark.parametrize("path", ["/things/1", "/whoami"])
@pytest.mark.parametrize(
    ("given", "named"), [("u1", "str"), (None, "NoneType"), (SeedUser("u1"), "SeedUser"), (Accepted(["u1"]), "list")]
)
def test_an_override_of_the_verdict_that_is_none_is_named(path: str, given: object, named: str) -> None:
    app = toy_gateway(toy_router(echo, auth="iam"))

    @app.get("/whoami")
    async def whoami(user: Annotated[Any, Depends(current_user("iam"))]) -> str: ...

    app.dependency_overrides[verdict] = lambda: given
    with pytest.raises(TypeError, match=rf"dependency_overrides\[verdict\] gave {named}, not claims"):
        TestClient(app).get(path, headers=TOKEN)


async def test_an_override_of_the_verdict_may_give_the_claims_alone() -> None:
    app = toy_gateway(toy_router(echo, auth="iam"))

    @app.get("/whoami")
    async def whoami(user: Annotated[Any, Depends(current_user("iam"))]) -> str:
        return str(user.id)

    app.dependency_overrides[verdict] = lambda: {"sub": "u1"}
    assert (await get(app, "/things/1")).text.endswith(" u1")
    assert (await get(app, "/whoami")).json() == "u1"


def test_the_test_client_of_fastapi_works() -> None:
    client = TestClient(toy_gateway(toy_router(echo)), raise_server_exceptions=False)
    assert client.get("/things/1").text.startswith("/things/{id}")


async def test_instrumentation_of_fastapis_routes_sees_the_generated_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ddtrace, which names the spans of a mounted app so."""
    seen: list[str] = []
    handle = APIRoute.handle

    async def traced(route: APIRoute, scope: Any, receive: Any, send: Any) -> None:
        seen.append(route.path)
        await handle(route, scope, receive, send)

    monkeypatch.setattr(APIRoute, "handle", traced)
    app = toy_gateway(
        toy_router(echo, auth="iam"), toy_router(echo, method="ANY", path="/any"), toy_router(echo, method="PUT")
    )
    async with client_of(app) as client:
        answers = [await client.delete("/any"), await client.get("/things/1", headers=TOKEN)]
        answers += [await client.post("/things/1", headers={"X-HTTP-Method-Override": "PUT"})]
        assert seen == ["/things/{id}"]
        app.dependency_overrides[verdict] = lambda: Accepted({"sub": "u1"})
        answers += [await client.get("/things/1")]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert seen == ["/things/{id}"] * 2


async def test_spans_join_the_callers_trace_and_say_what_failed() -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    app = toy_gateway(
        toy_router(echo), toy_router(raises, path="/raises/{id}"), telemetry={"tracer_provider": provider}
    )
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with client_of(app) as client:
        await client.get("/things/1", headers={"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"})
        await client.get("/raises/1")
    good, bad = (span for span in exporter.get_finished_spans() if span.kind is SpanKind.SERVER)
    assert (good.name, format(good.context.trace_id, "032x")) == ("GET /things/{id}", trace_id)
    assert (bad.name, bad.status.status_code) == ("GET /raises/{id}", StatusCode.ERROR)
    assert any(event.name == "exception" for event in bad.events)


async def test_sentry_receives_the_exception_of_a_handler() -> None:
    envelopes: list[Any] = []

    class Kept(sentry_sdk.transport.Transport):
        def capture_envelope(self, envelope: Any) -> None:
            envelopes.append(envelope)

    sentry_sdk.init("http://key@127.0.0.1:1/1", transport=Kept)
    try:
        app = toy_gateway(toy_router(raises))
        async with client_of(app) as client:
            await client.get("/things/1")
    finally:
        sentry_sdk.init()
    told = [item.get_event() for item in envelopes]
    kinds = [value["type"] for event in told if event for value in event.get("exception", {}).get("values", ())]
    assert "LookupError" in kinds


async def test_prometheus_instrumentation_labels_routes_by_their_template() -> None:
    app, registry = toy_gateway(toy_router(echo)), CollectorRegistry()
    Instrumentator(registry=registry).instrument(app)
    async with client_of(app) as client:
        await client.get("/things/1")
    assert 'handler="/things/{id}"' in generate_latest(registry).decode()
