"""The gateway's part of a request, through ASGI."""

import asyncio
import functools
import json
from typing import Any

import pytest

from src.contexts.shared_kernel.middleware.authentication_middleware import aws_lambda_authentication_middleware
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.lambdatwin import ports
from src.lambdatwin.observability.metrics import Metrics
from tests.support.toy_gateway import TOKEN, KnownUsers, client_of, scope_of, toy_gateway, toy_router

pytestmark = pytest.mark.anyio

type Event = dict[str, Any]


async def echo(event: Event, context: Any) -> dict[str, Any]:
    seen = {"path": event["path"], "id": (event["pathParameters"] or {}).get("id"), "body": event["body"]}
    return {"statusCode": 200, "headers": {"X-Echo": "yes"}, "body": json.dumps(seen)}


async def test_the_handlers_answer_reaches_the_client_unchanged() -> None:
    async with client_of(toy_gateway(toy_router(echo, method="POST"))) as client:
        answer = await client.post("/things/a%2Fb%20c", content='{"n": 1}')
    assert answer.status_code == 200
    assert answer.content == json.dumps({"path": "/things/a%2Fb%20c", "id": "a%2Fb%20c", "body": '{"n": 1}'}).encode()
    assert answer.headers["x-echo"] == "yes"
    assert answer.headers["x-request-id"] == "request-1"


@pytest.mark.parametrize("path", ["/things/1/", "//things/1"])
async def test_slashes_around_a_path_make_no_difference_to_a_rest_api(path: str) -> None:
    async with client_of(toy_gateway(toy_router(echo))) as client:
        answer = await client.request("GET", f"http://api.test{path}")
    assert answer.json() == {"path": path.replace("//", "/"), "id": "1", "body": None}


async def test_an_unrouted_request_with_a_token_is_told_about_its_header() -> None:
    """H is the value's SHA-256 in Base64: of `Bearer good`, worked out with `openssl dgst -sha256 -binary | base64`."""
    async with client_of(toy_gateway(toy_router(echo))) as client:
        answer = await client.get("/nothing", headers=TOKEN)
    assert answer.status_code == 403
    assert answer.headers["x-amzn-errortype"] == "IncompleteSignatureException"
    assert answer.json()["message"] == (
        "Invalid key=value pair (missing equal-sign) in Authorization header"
        " (hashed with SHA-256 and encoded with Base64): 'YNWlyY0Lc8v63bqulgV1ARyMCoHkyBdoaZnrLxVemAA='."
    )


async def test_another_method_may_be_asked_for_in_a_header() -> None:
    headers = {"X-HTTP-Method-Override": "PATCH"}
    async with client_of(toy_gateway(toy_router(echo, method="PATCH"), toy_router(echo, path="/gets"))) as client:
        assert (await client.post("/things/1", headers=headers)).status_code == 200
        assert (await client.get("/gets", headers=headers)).status_code == 403
        assert (await client.get("/docs", headers=headers)).status_code != 405


async def test_a_get_that_asks_for_head_has_the_body_that_its_length_says() -> None:
    async with client_of(toy_gateway(toy_router(echo, method="HEAD"))) as client:
        answer = await client.get("/things/1", headers={"X-HTTP-Method-Override": "HEAD"})
    assert (answer.status_code, answer.headers["content-length"]) == (200, str(len(answer.content)))


@pytest.mark.parametrize("how", [dict.clear, lambda event: event.update(headers=None, multiValueHeaders=None)])
async def test_what_a_handler_does_to_its_event_changes_no_answer(how: Any) -> None:
    async def picture(event: Event, context: Any) -> Any:
        how(event)
        return {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}

    accept = [("Accept", "image/png"), ("Accept", "text/html")]
    async with client_of(toy_gateway(toy_router(picture), binary_media_types=("image/png",))) as client:
        assert (await client.get("/things/1", headers=accept)).content == b"hi"


@pytest.mark.parametrize("body", [b"{not json", b"", b"[1, 2", b"\xff\xfe"])
async def test_the_framework_never_reads_the_body(body: bytes) -> None:
    """A parse or a validation in the route would refuse these; only the handler may."""
    router = toy_router(echo, method="POST")
    async with client_of(toy_gateway(router)) as client:
        answer = await client.post("/things/1", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("PUT", "/things/1"), ("HEAD", "/things/1"), ("GET", "/things//1")],
)
async def test_what_no_route_has_gets_the_gateways_403(method: str, path: str) -> None:
    async with client_of(toy_gateway(toy_router(echo))) as client:
        answer = await client.request(method, f"http://api.test{path}")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/json"
    if method != "HEAD":
        assert answer.content == b'{"message":"Missing Authentication Token"}'


async def test_a_protected_route_wants_a_token() -> None:
    async with client_of(toy_gateway(toy_router(echo, auth="iam"))) as client:
        refused = await client.get("/things/1")
        accepted = await client.get("/things/1", headers=TOKEN)
    assert (refused.status_code, refused.content) == (401, b'{"message":"Unauthorized"}')
    assert accepted.status_code == 200


def test_security_can_be_stated_in_one_place_only() -> None:
    """Documented security that nothing enforces, and dependencies that never run, do not even import."""
    operation = ports.endpoint(handler=echo, module="toys", function="echo", auth="iam")

    @operation
    async def signature() -> None: ...

    with pytest.raises(TypeError, match="only the auth="):
        ports.LambdaRoute("/things", signature, openapi_extra={"security": []})
    with pytest.raises(TypeError, match=r"needs a function decorated with @ports.endpoint"):
        ports.LambdaRoute("/things", echo)
    router = ports.router("Toys")
    router.get("/things")(signature)
    document = toy_gateway(router).openapi()
    assert document["paths"]["/things"]["get"]["security"] == [{"Cognito": []}]
    assert document["components"]["securitySchemes"]["Cognito"]["scheme"] == "bearer"


async def test_a_decorated_handler_still_authenticates_where_the_route_forgot_to() -> None:
    @async_endpoint_handler(
        aws_lambda_authentication_middleware(caller_context="iam", users=KnownUsers()),
        aws_lambda_exception_handler_middleware(),
    )
    async def guarded(event: Event, context: Any) -> dict[str, Any]:
        return {"statusCode": 200, "body": "in"}

    async with client_of(toy_gateway(toy_router(guarded, auth=None))) as client:
        answer = await client.get("/things/1", headers=TOKEN)
    assert answer.status_code == 401
    assert answer.json()["error_type"] == "authentication_error"


async def test_a_handler_that_raises_past_its_middleware_is_a_502() -> None:
    async def broken(event: Event, context: Any) -> Any:
        raise RuntimeError("secret reason")

    @async_endpoint_handler()
    async def malformed(event: Event, context: Any) -> Any:
        return {"statusCode": "abc", "body": "x"}

    async with client_of(
        toy_gateway(toy_router(malformed, path="/malformed"), toy_router(broken, path="/broken"))
    ) as client:
        first = await client.get("/malformed")
        second = await client.get("/broken")
    assert (first.status_code, first.content) == (502, b'{"message": "Internal server error"}')
    assert (second.status_code, second.content) == (502, first.content)
    assert "secret" not in second.text


async def test_decorators_of_others_stay_around_a_handler_and_inside_it() -> None:
    def with_header(name: str) -> Any:
        def decorate(handler: Any) -> Any:
            @functools.wraps(handler)
            async def wrapped(event: Event, context: Any) -> Any:
                result = await handler(event, context)
                return {**result, "headers": {**result["headers"], name: "yes"}}

            return wrapped

        return decorate

    @with_header("X-Outside")
    @async_endpoint_handler(aws_lambda_exception_handler_middleware())
    @with_header("X-Inside")
    async def both(event: Event, context: Any) -> Any:
        return {"statusCode": 200, "headers": {}, "body": ""}

    @async_endpoint_handler(aws_lambda_exception_handler_middleware())
    @with_header("X-Inside")
    async def inside(event: Event, context: Any) -> Any:
        return {"statusCode": 200, "headers": {}, "body": ""}

    app = toy_gateway(toy_router(both, path="/both"), toy_router(inside, path="/inside"))
    async with client_of(app) as client:
        first, second = await client.get("/both"), await client.get("/inside")
    assert (first.headers["x-outside"], first.headers["x-inside"]) == ("yes", "yes")
    assert second.headers["x-inside"] == "yes"


async def test_the_decorators_time_limit_is_a_408_and_the_gateways_a_504() -> None:
    @async_endpoint_handler(aws_lambda_exception_handler_middleware(), timeout=0.01)
    async def slow(event: Event, context: Any) -> Any:
        await asyncio.Event().wait()

    @async_endpoint_handler(aws_lambda_exception_handler_middleware(), timeout=None)
    async def slower(event: Event, context: Any) -> Any:
        await asyncio.Event().wait()

    app = toy_gateway(toy_router(slow, path="/slow"), toy_router(slower, path="/slower"), gateway_timeout=0.05)
    async with client_of(app) as client:
        first = await client.get("/slow")
        second = await client.get("/slower")
    assert (first.status_code, first.json()["error_type"]) == (408, "timeout_error")
    assert (second.status_code, second.content) == (504, b'{"message": "Endpoint request timed out"}')


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"url": f"/things/{'x' * 300}"}, 414),
        ({"url": "/things/1", "headers": {"X-Long": "x" * 600}}, 431),
        ({"url": f"/nothing/{'x' * 300}"}, 414),
        ({"url": "/nothing", "headers": {"X-Long": "x" * 600}}, 431),
    ],
)
async def test_every_part_of_a_request_has_a_limit(request_: dict[str, Any], status: int) -> None:
    app = toy_gateway(
        toy_router(echo, method="POST"), gateway_max_body=100, gateway_max_url=200, gateway_max_headers=500
    )
    async with client_of(app) as client:
        answer = await client.post(**request_)
    assert answer.status_code == status
    assert list(answer.json()) == ["message"]


async def test_a_body_over_the_limit_is_refused_in_the_gateways_words() -> None:
    async with client_of(toy_gateway(toy_router(echo, method="POST"), gateway_max_body=100)) as client:
        answer = await client.post("/things/1", content=b"x" * 101)
    assert (answer.status_code, answer.text) == (413, "HTTP content length exceeded 100 bytes.")
    assert answer.headers["content-type"] == "text; charset=utf-8"
    assert not [name for name in answer.headers if name.startswith("x-amzn")]


@pytest.mark.parametrize(
    ("settings", "body"),
    [
        ({}, b'{"message": "Request Too Long"}'),
        ({"gateway_payload": "http-2.0"}, b'{"message":"Request Entity Too Large"}'),
    ],
)
async def test_a_handler_never_runs_for_an_event_over_lambdas_limit(settings: dict[str, Any], body: bytes) -> None:
    ran: list[int] = []

    async def counting(event: Event, context: Any) -> dict[str, Any]:
        ran.append(len(event["body"]))
        return {"statusCode": 200, "body": ""}

    async with client_of(toy_gateway(toy_router(counting, method="POST"), **settings)) as client:
        headers = {"Content-Type": "text/plain"}
        fits = await client.post("/things/1", content=b"x" * 6_285_000, headers=headers)
        refused = await client.post("/things/1", content=b"x" * 6_291_456, headers=headers)
        quoted = await client.post("/things/1", content=b'"' * 3_150_000, headers=headers)
    assert fits.status_code == 200
    assert [(answer.status_code, answer.content) for answer in (refused, quoted)] == [(413, body)] * 2
    assert ran == [6_285_000]


@pytest.mark.parametrize(("parts", "taken"), [(11, 11), (20, 20), (40, 21)])
async def test_a_body_over_the_limit_is_read_to_its_end_unless_it_is_far_longer(parts: int, taken: int) -> None:
    """A client that sends all of it before it reads would lose the answer to a connection that closes."""
    sent: list[int] = []

    async def chunks() -> Any:
        for number in range(parts):
            sent.append(number)
            yield b"x" * 10

    async with client_of(toy_gateway(toy_router(echo, method="POST"), gateway_max_body=100)) as client:
        answer = await client.post("/things/1", content=chunks())
    assert (answer.status_code, len(sent)) == (413, taken)


PREFLIGHT = {"Origin": "https://shop.test", "Access-Control-Request-Method": "GET"}


async def test_preflights_by_default_say_what_the_handlers_say() -> None:
    async with client_of(toy_gateway(toy_router(echo))) as client:
        known = await client.options("/things/1", headers=PREFLIGHT)
        unknown = await client.options("/nothing", headers=PREFLIGHT)
    assert known.status_code == 200
    assert known.headers["access-control-allow-origin"] == "*"
    assert unknown.status_code == 403


async def test_a_configured_policy_replaces_what_handlers_say() -> None:
    async def open_to_all(event: Event, context: Any) -> Any:
        return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}, "body": "x"}

    app = toy_gateway(toy_router(open_to_all), cors_allow_origins=("https://shop.test",))
    async with client_of(app) as client:
        ours = await client.get("/things/1", headers={"Origin": "https://shop.test"})
        theirs = await client.get("/things/1", headers={"Origin": "https://else.test"})
        error = await client.get("/nothing", headers={"Origin": "https://shop.test"})
    assert ours.headers.get_list("access-control-allow-origin") == ["https://shop.test"]
    assert "access-control-allow-origin" not in theirs.headers
    assert error.headers["access-control-allow-origin"] == "https://shop.test"


@pytest.mark.parametrize("payload", ["rest", "http-2.0"])
async def test_a_configured_policy_answers_preflights_before_any_route(payload: str) -> None:
    async def own(event: Event, context: Any) -> Any:
        return {"statusCode": 299, "body": ""}

    app = toy_gateway(
        toy_router(own, method="ANY", path="/{proxy+}"),
        cors_allow_origins=("https://shop.test",),
        gateway_payload=payload,
    )
    async with client_of(app) as client:
        preflight = await client.options("/things/1", headers=PREFLIGHT)
        plain = await client.options("/things/1")
    assert (preflight.status_code, plain.status_code) == (200, 299)
    assert "access-control-allow-methods" in preflight.headers


async def test_a_preflight_allows_every_method_that_has_a_route() -> None:
    copy = toy_router(echo, method="POST", path="/recipes/copy")
    by_id_router = toy_router(echo, method="PUT", path="/recipes/{id}")
    async with client_of(toy_gateway(copy, by_id_router, cors_allow_origins=("*",))) as client:
        answer = await client.options("/recipes/copy", headers=PREFLIGHT)
        by_id = await client.put("/recipes/copy")
    assert answer.headers["access-control-allow-methods"] == "OPTIONS,POST,PUT"
    assert by_id.json()["id"] == "copy"


@pytest.mark.parametrize("payload", ["http-1.0", "http-2.0"])
async def test_an_http_api_answers_in_its_own_words(payload: str) -> None:
    async def broken(event: Event, context: Any) -> Any:
        return {"statusCode": 0}

    routers = toy_router(echo, auth="iam"), toy_router(broken, path="/broken")
    async with client_of(toy_gateway(*routers, gateway_payload=payload)) as client:
        refused = await client.get("/things/1")
        unrouted = await client.get("/things/1/", headers=TOKEN)
        failed = await client.get("/broken")
    assert (refused.status_code, refused.content) == (401, b'{"message":"Unauthorized"}')
    assert (refused.headers["www-authenticate"], "content-type" in refused.headers) == ("Bearer", False)
    assert (unrouted.status_code, unrouted.content) == (404, b'{"message":"Not Found"}')
    assert (failed.status_code, failed.content) == (500, b'{"message":"Internal Server Error"}')
    for answer in (refused, unrouted, failed):
        assert "x-amzn-errortype" not in answer.headers


async def test_the_stage_and_the_spelling_of_headers_are_settings() -> None:
    async def seen(event: Event, context: Any) -> Any:
        facts = [event["requestContext"]["stage"], event["stageVariables"], "x-odd" in event["headers"]]
        return {"statusCode": 200, "body": json.dumps([*facts, context.memory_limit_in_mb])}

    chosen: dict[str, Any] = {"gateway_stage": "v1", "gateway_stage_variables": {"a": "b,c"}}
    chosen["gateway_header_case"] = "lower"
    for settings, expected in ({}, ["prod", None, False]), (chosen, ["v1", {"a": "b,c"}, True]):
        async with client_of(toy_gateway(toy_router(seen), **settings)) as client:
            answer = await client.get("/things/1", headers={"X-Odd": "1"})
        assert answer.json() == [*expected, "128"]


async def test_a_client_that_leaves_cancels_its_handler() -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def hanging(event: Event, context: Any) -> Any:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    app = toy_gateway(toy_router(hanging))
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    await messages.put({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    request = asyncio.create_task(app(scope_of("/things/1"), messages.get, send))
    await asyncio.wait_for(started.wait(), 2)
    await messages.put({"type": "http.disconnect"})
    await asyncio.wait_for(request, 2)
    assert cancelled.is_set()
    assert sent == []


async def test_metrics_count_by_template_so_that_their_number_is_bounded() -> None:
    metrics = Metrics()
    async with client_of(toy_gateway(toy_router(echo), metrics=metrics)) as client:
        for number in range(3):
            await client.get(f"/things/{number}")
            await client.get(f"/unknown/{number}")
    text = metrics.exposition().decode()
    assert 'http_request_duration_seconds_count{method="GET",route="/things/{id}",status="200"} 3.0' in text
    assert 'route="unrouted",status="403"} 3.0' in text
    assert "/unknown/" not in text
