"""Large bodies take turns, and let others in between."""

import asyncio
from typing import Any

import pytest

from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from tests.support.rest import LambdaContext

pytestmark = pytest.mark.anyio


async def test_one_large_body_at_a_time_and_small_ones_as_they_come() -> None:
    running, most, ended = 0, 0, []

    async def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        nonlocal running, most
        running += len(event["body"]) > 100
        most = max(most, running)
        for _ in range(3):
            await asyncio.sleep(0)
        running -= len(event["body"]) > 100
        ended.append(event["name"])
        if event["name"] == "fails":
            raise ValueError("a handler that fails gives its turn to the next one")
        return {"statusCode": 200}

    middleware = aws_lambda_exception_handler_middleware()
    large = ["fails", "second", "third"]
    calls = [middleware(handler, {"body": "x" * 60_000, "name": name}, LambdaContext()) for name in large]
    calls.append(middleware(handler, {"body": "x", "name": "small"}, LambdaContext()))
    answers = await asyncio.gather(*calls)
    assert [answer["statusCode"] for answer in answers] == [422, 200, 200, 200]
    assert (most, ended) == (1, ["fails", "small", "second", "third"])
