"""The route without database work that is measured: a Lambda handler, and the same written by hand for FastAPI."""

import time
from collections.abc import Callable
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Body, FastAPI, Request
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from src.contexts.products_catalog.aws_lambda.api_headers import API_headers
from src.contexts.products_catalog.aws_lambda.products_auth import products_aws_auth_middleware
from src.contexts.shared_kernel.correlation import set_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.logging import get_logger
from src.contexts.shared_kernel.middleware.composition import Handler, Middleware
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware
from src.lambdatwin import ports
from src.lambdatwin.observability.metrics import Metrics
from src.runtimes.fastapi.project import MenuPlanning

PATH = "/things"
BODY = b'{"name": "Oat flakes", "amount": 500, "unit": "g", "tags": ["grain", "breakfast"]}'
ANSWER = b'{"name":"Oat flakes","amount":500.0,"unit":"g","tags":["grain","breakfast"]}'


class ApiThing(BaseModel):
    """A small body."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    amount: Annotated[float, Field(gt=0)]
    unit: str
    tags: list[str] = []


def _decorated(name: str, *more: Middleware) -> Callable[[Handler], Handler]:
    return async_endpoint_handler(
        aws_lambda_logging_middleware(
            logger_name=f"bench.{name}",
            log_request=True,
            log_response=True,
            log_timing=True,
            include_event_summary=True,
        ),
        *more,
        aws_lambda_exception_handler_middleware(name=name, logger_name=f"bench.{name}.errors"),
        timeout=30.0,
        name=name,
    )


async def _answer(event: dict[str, Any]) -> dict[str, Any]:
    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    thing = ApiThing.model_validate_json(raw)
    return {"statusCode": 200, "headers": API_headers, "body": thing.model_dump_json()}


@_decorated("public")
async def public(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /things for anybody."""
    return await _answer(event)


@_decorated("protected", products_aws_auth_middleware())
async def protected(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /mine for a user."""
    event["_auth_context"].user_object.has_permission("nothing")
    return await _answer(event)


router = APIRouter(route_class=ports.LambdaRoute)


@router.post(PATH)
@ports.endpoint(handler=public, module=__name__, function="public", auth=None, timeout=30.0)
async def public_route() -> None: ...


@router.post("/mine")
@ports.endpoint(handler=protected, module=__name__, function="protected", auth="products_catalog", timeout=30.0)
async def protected_route() -> None: ...


def raw_asgi() -> Any:
    """The floor: nothing but the server's own protocol."""
    start = {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))],
    }
    body = {"type": "http.response.body", "body": ANSWER}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
            return
        await send(start)
        await send(body)

    return app


def bare_starlette() -> Starlette:
    """The baseline of all ratios: a route that returns the bytes, and reads nothing."""

    async def endpoint(request: Request) -> Response:
        return Response(ANSWER, media_type="application/json")

    return Starlette(routes=[Route(PATH, endpoint, methods=["POST"])])


def by_hand() -> FastAPI:
    """Idiomatic FastAPI: a typed body, a response model; no logging, no metrics."""
    return _with_route(FastAPI())


def by_hand_as_a_service() -> FastAPI:
    """The same with what the generated app does for each request beside it: the answer's headers, the request's id,
    its line in the log and its sample in the metrics, and as many routes before this one."""
    app = FastAPI()

    async def other() -> None: ...

    for route in MenuPlanning().registry().routes:
        app.add_api_route(route.path, other, methods=sorted(route.methods or ()))
    app.add_middleware(_RequestLog, metrics=Metrics())
    return _with_route(app)


def _with_route(app: FastAPI) -> FastAPI:
    @app.post(PATH, response_model=ApiThing)
    async def endpoint(thing: Annotated[ApiThing, Body()]) -> ApiThing:
        return thing

    return app


class _RequestLog:
    """As it is written by hand: ASGI middleware, which is the quickest that there is."""

    def __init__(self, app: Any, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics
        self._log = get_logger("bench.requests").bind()
        self._headers = [(name.lower().encode(), value.encode()) for name, value in API_headers.items()][1:]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, request_id, status = time.perf_counter(), str(uuid4()), 500
        set_correlation_id(request_id)

        async def send_with_headers(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] += [*self._headers, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            seconds, route = time.perf_counter() - started, getattr(scope.get("route"), "path", "unrouted")
            self._metrics.observe(scope["method"], route, status, seconds)
            fields = {"method": scope["method"], "route": route, "status": status}
            self._log.info("request_completed", **fields, duration_ms=round(seconds * 1000, 2))
