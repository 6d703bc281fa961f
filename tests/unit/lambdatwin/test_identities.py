"""Nobody sees anything of somebody else, and nothing blocks the loop (the long runs are in tests/verify/load)."""

import asyncio
import json
import threading
import time
from typing import Any

import pytest

from src.contexts.shared_kernel.log_writers import LossyLogger
from src.lambdatwin.observability.watchdog import watched_loop
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
