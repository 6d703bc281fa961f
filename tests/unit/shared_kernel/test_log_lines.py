"""One line of JSON for each event and each request, the same as structlog's own chain writes, and no secret in it."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import structlog

from src.contexts.shared_kernel import log_lines
from src.contexts.shared_kernel.correlation import set_correlation_id
from src.contexts.shared_kernel.domain.errors import DependencyUnavailable
from src.contexts.shared_kernel.log_lines import log_line
from src.contexts.shared_kernel.log_writers import LossyLogger
from src.contexts.shared_kernel.logging import redact_secrets
from src.contexts.shared_kernel.middleware.authentication_middleware import aws_lambda_authentication_middleware
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware
from tests.support.toy_gateway import TOKEN, KnownUsers, client_of, toy_gateway, toy_router

_NOW = datetime(2026, 11, 22, 18, 5, 9, 120_034, tzinfo=UTC)


def _by_structlog(method: str, event: dict[str, Any]) -> str:
    """What the chain of structlog's processors gives."""
    event.setdefault("correlation_id", "request-1")
    event = dict(structlog.processors.add_log_level(None, method, event))
    event["timestamp"] = "2026-11-22T18:05:09.120034Z"
    event = dict(redact_secrets(None, method, event))
    event = dict(structlog.processors.format_exc_info(None, method, event))
    event = dict(structlog.processors.UnicodeDecoder()(None, method, event))
    serializer = structlog.processors.JSONRenderer(serializer=lambda value, default: orjson.dumps(value, default))
    return str(serializer(None, method, event).decode())


@pytest.mark.parametrize("method", ["info", "warn", "error", "exception"])
@pytest.mark.parametrize(
    "fields",
    [
        {"logger_name": "a", "event": "b"},
        {"event": 'quotes " and \\ and \n and é and 日本 and \x00 and \u2028', "number": 7, "float": 0.1, "none": None},
        {"event": "x", "yes": True, "bytes": b"caf\xc3\xa9 \xff", "list": ["a", 1, {"b": None}], "tuple": (1, 2)},
        {"event": "x", "password": "p", "Authorization": "Bearer t", "token_use": "access", "id_token": 3},
        {"event": "x", "nan": float("nan"), "object": Path("/a"), "correlation_id": "given"},
        {"event": "x", "exc_info": ValueError("reason")},
    ],
)
def test_a_line_is_what_structlogs_own_chain_gives(
    fields: dict[str, Any], method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_lines.time, "time_ns", lambda: int(_NOW.timestamp()) * 10**9 + 120_034_999)
    set_correlation_id("request-1")
    assert log_line(None, method, dict(fields)) == _by_structlog(method, dict(fields))


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"big": 10**30}, '"big": 1' + 30 * "0"),
        ({"bad": "\udc80"}, '"bad": "\\udc80"'),
        ({"in": {1: 2}}, '"in": {"1": 2}'),
    ],
)
def test_what_orjson_refuses_is_still_written(fields: dict[str, Any], text: str) -> None:
    assert text in log_line(None, "info", {"event": "x", **fields})


def test_a_line_that_cannot_be_written_is_counted_and_lost() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    logger = LossyLogger(Full())
    logger.msg("a line")
    assert logger.lost == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [
        (DependencyUnavailable("It is away."), 503, "DependencyUnavailable: It is away., because of OSError: no route"),
        (RuntimeError("a bug"), 500, None),
    ],
)
async def test_only_what_is_ours_to_mend_leaves_a_traceback(
    raised: Exception, status: int, said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(LossyLogger, "msg", lambda self, line: lines.append(line))

    @async_endpoint_handler(aws_lambda_exception_handler_middleware())
    async def handler(event: dict[str, Any], context: Any) -> Any:
        raise raised from OSError("no route")

    async with client_of(toy_gateway(toy_router(handler))) as client:
        assert (await client.get("/things/1")).status_code == status
    (failed,) = [json.loads(line) for line in lines if "request_failed" in line]
    assert failed.get("reason") == said
    assert ("exception" in failed) == (said is None)


@pytest.mark.anyio
async def test_every_request_leaves_one_line_without_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(LossyLogger, "msg", lambda self, line: lines.append(line))

    @async_endpoint_handler(
        aws_lambda_logging_middleware(logger_name="toys"),
        aws_lambda_authentication_middleware(caller_context="iam", users=KnownUsers()),
    )
    async def guarded(event: dict[str, Any], context: Any) -> Any:
        return {"statusCode": 200, "headers": {}, "body": "swordfish-in-body"}

    async def handler(event: dict[str, Any], context: Any) -> Any:
        return {"statusCode": 200, "headers": {}, "body": "swordfish-in-body"}

    app = toy_gateway(
        toy_router(guarded, method="POST", auth="iam"),
        toy_router(handler, method="POST", path="/open/{id}"),
        gateway_max_body=100,
    )
    secret = {"Cookie": "session=swordfish", "X-Api-Key": "swordfish"}
    async with client_of(app) as client:
        for path, headers, body in (
            ("/things/1?token=swordfish", TOKEN, b"swordfish"),
            ("/things/1", {"Authorization": "Bearer swordfish"}, b""),
            ("/open/1", {}, b"x" * 200),
            ("/nothing/swordfish", {}, b""),
        ):
            await client.post(path, headers={**headers, **secret}, content=body)
    seen = [json.loads(line) for line in lines]
    completed = [line for line in seen if line["event"] == "request_completed"]
    assert [(line["method"], line["route"], line["status"], line["user_id"]) for line in completed] == [
        ("POST", "/things/{id}", 200, "u1"),
        ("POST", "/things/{id}", 401, None),
        ("POST", "/open/{id}", 413, None),
        ("POST", "unrouted", 403, None),
    ]
    assert all(line["duration_ms"] >= 0 and line["correlation_id"] == "request-1" for line in completed)
    assert "swordfish" not in "".join(lines)
