"""Many requests of many users at once, and the search for anything of one in what belongs to another."""

import asyncio
import json
import random
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from src.contexts.products_catalog.aws_lambda.products_auth import products_aws_auth_middleware
from src.contexts.shared_kernel.correlation import correlation_id
from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.contexts.shared_kernel.log_writers import LossyLogger
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware
from src.lambdatwin.auth.authenticator import Accepted
from src.lambdatwin.auth.cache import CachedUsers
from src.lambdatwin.observability.metrics import Metrics
from src.lambdatwin.ports import LambdaRoute
from src.lambdatwin.settings import Settings
from tests.support.toy_gateway import client_of, toy_app, toy_router


class TokenIsUser:
    """`Bearer u7` is user u7, sometimes from the cache and sometimes after a while."""

    def cached(self, headers: Sequence[tuple[bytes, bytes]], method: str, client: str = "", /) -> Accepted | None:
        return self._verdict(headers) if random.random() < 0.5 else None

    async def authenticate(self, headers: Sequence[tuple[bytes, bytes]], method: str, client: str = "", /) -> Accepted:
        await asyncio.sleep(0)
        return self._verdict(headers)

    def _verdict(self, headers: Sequence[tuple[bytes, bytes]]) -> Accepted:
        return Accepted({"sub": dict(headers)[b"authorization"].decode().partition(" ")[2]})


class SlowIam:
    async def get_user(self, user_id: str, caller_context: str) -> SeedUser | None:
        for _ in range(random.randrange(4)):
            await asyncio.sleep(0)
        return SeedUser(user_id)


@async_endpoint_handler(
    products_aws_auth_middleware(),
    aws_lambda_logging_middleware(logger_name="who"),
    aws_lambda_exception_handler_middleware(),
)
async def who(event: dict[str, Any], context: Any) -> Any:
    before = (correlation_id(), event["_auth_context"].user_object.id)
    for _ in range(random.randrange(5)):
        await asyncio.sleep(0)
    user = event["_auth_context"].user_object.id
    if (correlation_id(), user) != before:
        raise AssertionError("the request changed under its handler")
    if random.random() < 0.1:
        raise PermissionError
    body = {"user": user, "correlation_id": correlation_id(), "context": context.aws_request_id, "body": event["body"]}
    return {"statusCode": 200, "headers": {"X-User": user}, "body": json.dumps(body)}


async def mixed_identities(requests: int, tasks: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Send the requests over this many tasks, each with a user of its own; returns (answers, log lines) checked."""
    lines: list[str] = []
    before = correlation_id()
    monkeypatch.setattr(LossyLogger, "msg", lambda self, line: lines.append(line))
    metrics = Metrics()
    users = CachedUsers(SlowIam(), seconds=30, clock=asyncio.get_running_loop().time, meter=metrics, most=50)
    ids = iter(range(10**9))
    routes = [route for route in toy_router(who, method="POST", auth="iam").routes if isinstance(route, LambdaRoute)]
    app = toy_app(
        routes,
        Settings(),
        TokenIsUser(),
        users,
        metrics,
        lambda headers: f"{dict(headers)[b'authorization'].decode()[7:]}/{next(ids)}",
    )
    async with client_of(app) as client:
        await asyncio.gather(*(_one_user(client, f"u{task}", requests // tasks) for task in range(tasks)))
    written = [json.loads(line) for line in lines]
    for line in written:
        owner = line["correlation_id"].partition("/")[0]
        assert line.get("user_id", owner) == owner, line
    assert correlation_id() == before, "the correlation id of a request reached its caller"
    text = metrics.exposition().decode()
    assert not any(f'"u{task}"' in text for task in range(tasks))
    completed = sum(1 for line in written if line["event"] == "request_completed")
    assert completed == requests // tasks * tasks
    return completed, len(written)


async def _one_user(client: httpx.AsyncClient, user: str, requests: int) -> None:
    for number in range(requests):
        content = f"{user}:{number}"
        answer = await client.post("/things/1", headers={"Authorization": f"Bearer {user}"}, content=content)
        assert answer.headers["x-request-id"].partition("/")[0] == user
        if answer.status_code == 403:
            assert answer.json()["correlation_id"].partition("/")[0] == user
            continue
        body = answer.json()
        assert (answer.headers["x-user"], body["user"], body["body"]) == (user, user, content)
        assert body["correlation_id"] == body["context"] == answer.headers["x-request-id"]
