"""One line of JSON for each event and each request, and no secret in it."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from src.contexts.shared_kernel.correlation import set_correlation_id
from src.contexts.shared_kernel.domain.errors import DependencyUnavailable
from src.contexts.shared_kernel.log_writers import LossyLogger
from src.contexts.shared_kernel.logging import current_logger
from src.contexts.shared_kernel.middleware.authentication_middleware import aws_lambda_authentication_middleware
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware
from tests.support.toy_gateway import TOKEN, KnownUsers, client_of, toy_gateway, toy_router


def line_of(monkeypatch: pytest.MonkeyPatch, method: str, **event: Any) -> str:
    """The line that an event becomes."""
    lines: list[str] = []
    monkeypatch.setattr(LossyLogger, "msg", lambda self, line: lines.append(line))
    set_correlation_id("request-1")
    getattr(current_logger("a"), method)(**event)
    (line,) = lines
    return line


@pytest.mark.parametrize(
    ("method", "level"), [("info", "info"), ("warn", "warn"), ("error", "error"), ("critical", "error")]
)
def test_a_line_has_the_level_the_time_and_the_request(
    method: str, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = json.loads(line_of(monkeypatch, method, event="b"))
    when = datetime.fromisoformat(line.pop("timestamp"))
    assert when.utcoffset() == timedelta()
    assert abs(datetime.now(UTC) - when) < timedelta(minutes=5)
    assert line == {"message": "b", "event": "b", "logger_name": "a", "level": level, "correlation_id": "request-1"}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"event": 'quotes " and \\ and \n and é and 日本 and \x00'},
            r'"quotes \" and \\ and \n and é and 日本 and \u0000"',
        ),
        ({"number": 7, "float": 0.1, "none": None, "yes": True}, '"number":7,"float":0.1,"none":null,"yes":true'),
        ({"bytes": b"caf\xc3\xa9 \xff", "tuple": (1, 2)}, '"bytes":"café \ufffd","tuple":[1,2]'),
        ({"nan": float("nan"), "object": PurePosixPath("/a")}, """"nan":null,"object":"PurePosixPath('/a')\""""),
        ({"correlation_id": "given"}, '"correlation_id":"given"'),
        # What orjson refuses is written all the same.
        ({"big": 10**30}, '"big": 1' + 30 * "0"),
        ({"bad": "\udc80"}, '"bad": "\\udc80"'),
        ({"in": {1: 2}}, '"in": {"1": 2}'),
    ],
)
def test_every_value_is_written(fields: dict[str, Any], text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    line = line_of(monkeypatch, "info", **{"event": "x", **fields})
    assert "\n" not in line
    assert text in line


def test_secrets_are_redacted_by_the_names_of_their_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {"password": "swordfish", "Authorization": "Bearer swordfish", "id_token": 3, "token_use": "access"}
    line = json.loads(line_of(monkeypatch, "info", event="x", **fields))
    assert {name: line[name] for name in fields} == dict.fromkeys(fields, "[redacted]") | {"token_use": "access"}


def test_a_traceback_shows_no_local_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(secret: str) -> None:
        raise ValueError("reason")

    try:
        fails("sword" + "fish")
    except ValueError:
        line = line_of(monkeypatch, "exception", event="x")
    assert json.loads(line)["exception"].endswith("ValueError: reason")
    assert "swordfish" not in line


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
