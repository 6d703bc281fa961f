"""Time limits and cancellation: every cause has its outcome, also for a handler that resists."""

import asyncio
from typing import Any

import pytest

from src.contexts.shared_kernel.middleware.composition import compose
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.lambdatwin.lambda_runtime import deadlines as watching
from src.lambdatwin.lambda_runtime.context import LambdaContext
from src.lambdatwin.lambda_runtime.deadlines import Cause, Rounds, Watch, limited_by_watch
from tests.support.toy_gateway import client_of, toy_gateway, toy_router

pytestmark = pytest.mark.anyio
type Event = dict[str, Any]
_ANSWER = {"statusCode": 200, "headers": {}, "body": "done"}


async def _nobody_leaves() -> Any:
    await asyncio.Event().wait()


async def run(handler: Any, seconds: float, gateway: float = 5.0) -> Any:
    watch = Watch(_nobody_leaves, gateway, Rounds())
    try:
        return await compose(handler, (), seconds, limited_by_watch)({}, LambdaContext("r", "f", watch))
    finally:
        watch.end()


async def test_a_handler_in_time_costs_no_cancellation() -> None:
    async def quick(event: Event, context: Any) -> Any:
        return context.get_remaining_time_in_millis()

    assert 4_900 < await run(quick, 1.0) <= 5_000
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


@pytest.mark.parametrize("seconds", [0.01, 0.15])
async def test_the_limit_is_a_timeout_error_before_and_after_the_first_ring(seconds: float) -> None:
    async def slow(event: Event, context: Any) -> Any:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await run(slow, seconds)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_handler_that_answers_in_spite_of_its_limit_is_heard() -> None:
    async def stubborn(event: Event, context: Any) -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "late"

    assert await run(stubborn, 0.01) == "late"
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_cancellation_from_outside_is_not_taken_for_the_limit() -> None:
    async def slow(event: Event, context: Any) -> Any:
        await asyncio.Event().wait()

    task = asyncio.ensure_future(run(slow, 5.0))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_clean_up_that_hangs_ends_at_the_gateways_limit() -> None:
    """The decorator's limit passes first; what the handler then does to clean up hangs; the client still gets a 504."""

    @async_endpoint_handler(aws_lambda_exception_handler_middleware(), timeout=0.01)
    async def hanging(event: Event, context: Any) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.Event().wait()

    async with client_of(toy_gateway(toy_router(hanging, path="/hanging"), gateway_timeout=0.2)) as client:
        answer = await client.get("/hanging")
    assert answer.status_code == 504


async def test_the_client_is_watched_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PATIENCE", 0.01)
    asked = 0

    async def gone() -> Any:
        nonlocal asked
        asked += 1
        return {"type": "http.disconnect"}

    watch = Watch(gone, 5.0, Rounds())
    assert asked == 0
    with pytest.raises(asyncio.CancelledError):
        await asyncio.Event().wait()
    assert watch.takes(Cause.CLIENT_LEFT)
    watch.end()


async def test_more_handlers_than_may_run_get_a_503_at_once() -> None:
    release, both = asyncio.Event(), asyncio.Barrier(3)

    async def waiting(event: Event, context: Any) -> Any:
        if not release.is_set():
            await both.wait()
        await release.wait()
        return _ANSWER

    app = toy_gateway(toy_router(waiting))
    app.serving.admission.most = 2
    async with client_of(app) as client:
        running = [asyncio.ensure_future(client.get("/things/1")) for _ in range(2)]
        await both.wait()
        refused = await client.get("/things/1")
        release.set()
        answers = [(await one).status_code for one in running]
        after = await client.get("/things/1")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["error_type"] == "dependency_error"
    assert refused.json()["correlation_id"] == "request-1"
    assert (answers, after.status_code) == ([200, 200], 200)
