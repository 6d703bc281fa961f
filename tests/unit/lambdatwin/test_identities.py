"""Nobody sees anything of somebody else, and nothing blocks the loop (the long runs are in tests/verify/load)."""

import asyncio
import json
import threading
import time
from typing import Any

import pytest

from src.contexts.shared_kernel.log_writers import LossyLogger
from src.lambdatwin.observability.tracing import traced_by, tracing
from src.lambdatwin.observability.watchdog import watched_loop
from src.lambdatwin.settings import SettingsError
from src.runtimes.fastapi.project import MenuPlanning
from tests.support.toy_gateway import client_of, toy_gateway, toy_router
from tests.unit.lambdatwin.identities import mixed_identities

pytestmark = pytest.mark.anyio
type Event = dict[str, Any]


async def test_answers_and_lines_belong_to_their_user(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await mixed_identities(800, 100, monkeypatch))[0] == 800


async def test_the_watchdog_names_the_handler_that_blocks_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    written = threading.Event()

    def keep(self: LossyLogger, line: str) -> None:
        lines.append(line)
        if "event_loop_blocked" in line:
            written.set()

    monkeypatch.setattr(LossyLogger, "msg", keep)

    async def patient(event: Event, context: Any) -> Any:
        await asyncio.sleep(0.1)
        return {"statusCode": 200, "headers": {}, "body": ""}

    async def blocking(event: Event, context: Any) -> Any:
        time.sleep(0.3)  # noqa: ASYNC251 - what the watchdog is for
        return {"statusCode": 200, "headers": {}, "body": ""}

    app = toy_gateway(toy_router(patient, path="/patient"), toy_router(blocking, path="/blocking"))
    async with client_of(app) as client:
        with watched_loop(0.1):
            await client.get("/patient")
            await client.get("/blocking")
            await asyncio.to_thread(written.wait, 2)
    named = [line for line in lines if "event_loop_blocked" in line]
    assert len(named) == 1
    assert json.loads(named[0])["handler"] == "toys:blocking"


async def test_a_span_says_what_was_asked_and_nothing_of_whom() -> None:
    spans: list[dict[str, Any]] = []

    class Span:
        def __init__(self, name: str) -> None:
            self.seen: dict[str, Any] = {"name": name}

        def __enter__(self) -> "Span":
            return self

        def __exit__(self, *_: object) -> None:
            spans.append(self.seen)

        def set_attribute(self, name: str, value: Any) -> None:
            self.seen[name] = value

    class Tracer:
        start_as_current_span = Span

    async def handler(event: Event, context: Any) -> Any:
        return {"statusCode": 201, "headers": {}, "body": ""}

    app = toy_gateway(toy_router(handler))
    endpoint, parameters = app.table.match("GET", "/things/1") or (None, {})
    assert endpoint is not None
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    scope = {
        "type": "http", "method": "GET", "path": "/things/1", "raw_path": b"/things/1", "query_string": b"",
        "headers": [], "http_version": "1.1", "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await traced_by(Tracer, MenuPlanning())("/things/{id}", endpoint)(scope, receive, send, parameters)
    assert sent[0]["status"] == 201
    assert spans == [
        {
            "name": "GET /things/{id}",
            "http.request.method": "GET",
            "http.route": "/things/{id}",
            "http.response.status_code": 201,
            "correlation_id": "request-1",
        }
    ]


def test_tracing_without_opentelemetry_is_refused_with_a_sentence() -> None:
    with pytest.raises(SettingsError, match="opentelemetry-sdk"):
        tracing(MenuPlanning())
