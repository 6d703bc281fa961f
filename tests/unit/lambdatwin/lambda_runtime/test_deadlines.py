"""Time limits and cancellation: every cause has its outcome, also for a handler that resists."""

import asyncio
from typing import Any

import pytest

from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.lambdatwin.lambda_runtime.deadlines import Disconnected, TimedOut, run_within
from tests.support.toy_gateway import client_of, toy_gateway, toy_router

pytestmark = pytest.mark.anyio
type Event = dict[str, Any]
_ANSWER = {"statusCode": 200, "headers": {}, "body": "done"}


async def _stays() -> Any:
    await asyncio.Event().wait()


async def _leaves() -> Any:
    return {"type": "http.disconnect"}


async def _forever() -> Any:
    await asyncio.Event().wait()


def _is_undisturbed() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() == 0


async def test_a_handler_in_time_costs_no_cancellation() -> None:
    async def quick() -> str:
        return "done"

    assert await run_within(5, quick(), _stays) == "done"
    assert _is_undisturbed()


async def test_a_quick_handlers_client_is_not_waited_for() -> None:
    waits = 0

    async def receive() -> Any:
        nonlocal waits
        waits += 1
        await _stays()

    async def quick() -> str:
        await asyncio.sleep(0)
        return "done"

    assert await run_within(5, quick(), receive) == "done"
    assert waits == 0


async def test_a_passed_limit_and_a_client_that_leaves_are_told_apart() -> None:
    with pytest.raises(TimedOut):
        await run_within(0.01, _forever(), _stays)
    assert _is_undisturbed()
    with pytest.raises(Disconnected):
        await run_within(5, _forever(), _leaves)
    assert _is_undisturbed()


async def test_a_middleware_that_gives_the_body_for_ever_blocks_nothing() -> None:
    """As middleware does that has read the body: it gives it again without waiting, whenever it is asked."""
    times, asked = 0, asyncio.Event()

    async def again() -> Any:
        nonlocal times
        times += 1
        asked.set()
        assert times < 100  # ends a task that never waits, which would block the test, too
        return {"type": "http.request", "body": b"", "more_body": False}

    async def slow() -> str:
        await asked.wait()
        return "done"

    assert await run_within(5, slow(), again) == "done"
    assert times == 1


async def test_a_handlers_own_timeout_error_is_its_own() -> None:
    async def raises() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        await run_within(5, raises(), _stays)


async def test_a_cancellation_from_outside_passes_through() -> None:
    task = asyncio.ensure_future(run_within(5, _forever(), _stays))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_time_that_is_left_counts_down() -> None:
    left = []

    async def handler(event: Event, context: Any) -> Any:
        left.append(context.get_remaining_time_in_millis())
        return _ANSWER

    async with client_of(toy_gateway(toy_router(handler), gateway_timeout=5)) as client:
        await client.get("/things/1")
    assert 4_000 < left[0] <= 5_000


@pytest.mark.parametrize(("seconds", "status"), [(0.01, 408), (5.0, 504)])
async def test_the_decorators_limit_and_the_gateways_have_answers_of_their_own(seconds: float, status: int) -> None:
    @async_endpoint_handler(aws_lambda_exception_handler_middleware(), timeout=seconds)
    async def slow(event: Event, context: Any) -> Any:
        await asyncio.Event().wait()

    async with client_of(toy_gateway(toy_router(slow), gateway_timeout=0.2)) as client:
        assert (await client.get("/things/1")).status_code == status


async def test_a_clean_up_that_hangs_ends_too() -> None:
    """The decorator's limit passes, the clean-up of the handler hangs: it is cancelled again, as in Lambda."""

    @async_endpoint_handler(aws_lambda_exception_handler_middleware(), timeout=0.01)
    async def hanging(event: Event, context: Any) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.Event().wait()

    async with client_of(toy_gateway(toy_router(hanging, path="/hanging"), gateway_timeout=0.2)) as client:
        answer = await client.get("/hanging")
    assert answer.status_code == 408


async def test_more_handlers_than_may_run_get_a_503_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.lambdatwin.endpoint.MOST_AT_ONCE", 2)
    release, both = asyncio.Event(), asyncio.Barrier(3)

    async def waiting(event: Event, context: Any) -> Any:
        if not release.is_set():
            await both.wait()
        await release.wait()
        return _ANSWER

    app = toy_gateway(toy_router(waiting))
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
