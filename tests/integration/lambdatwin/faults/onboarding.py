"""Typeform's side of webhooks: deliveries that are repeated until they are answered with 200, as Typeform does."""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from src.contexts.client_onboarding.core.adapters.typeform.signature import signature_of
from tests.bench.kit.load import request
from tests.integration.lambdatwin.faults.probe import Reply, ask, send

SECRET = "the secret of the fault suite"
SETTINGS = {"TYPEFORM_WEBHOOK_SECRET": SECRET, "TYPEFORM_WEBHOOK_URL": "https://api.example.test/webhooks/typeform"}
_RUNS = itertools.count()


def new(port: int, token: str, path: str, body: Any, name: str) -> Any:
    """Create something; its id."""
    reply = ask(port, "POST", path, token=token, body=json.dumps(body).encode())
    assert reply.status == 201, reply.body
    return reply.json[name]


def change(port: int, token: str, path: str, body: Any) -> int:
    """The status of a PUT; 0 when there was no answer."""
    try:
        return ask(port, "PUT", path, token=token, body=json.dumps(body).encode(), seconds=30).status
    except (OSError, ValueError):
        return 0


@dataclass(slots=True)
class Typeform:
    """One form. `answers` counts the statuses of all deliveries; 0 stands for none."""

    form: str = field(default_factory=lambda: f"form-{time.time_ns()}-{next(_RUNS)}")
    answers: Counter[int] = field(default_factory=Counter)

    def register(self, port: int, token: str) -> None:
        """Make the form known."""
        new(port, token, "/forms", {"typeform_id": self.form}, "form_id")

    def delivery(self, response: str, client: str) -> bytes:
        """The request that brings a response."""
        body = json.dumps(
            {
                "event_id": f"event-{response}",
                "event_type": "form_response",
                "form_response": {
                    "form_id": self.form,
                    "token": self.token(response),
                    "submitted_at": "2026-03-04T05:06:07Z",
                    "hidden": {"client_id": client},
                    "answers": [{"type": "text", "text": response, "field": {"id": "a"}}],
                },
            }
        ).encode()
        headers = f"Typeform-Signature: {signature_of(body, SECRET)}\r\nConnection: close"
        return request("POST", "/webhooks/typeform", body=body, headers=headers)

    def token(self, response: str) -> str:
        """Typeform's id of the response."""
        return f"{self.form}-{response}"

    def deliver(self, port: int, response: str, client: str) -> Reply | None:
        """Deliver once; None when there was no answer."""
        try:
            reply = send(port, self.delivery(response, client), seconds=30)
        except (OSError, ValueError):
            reply = None
        self.answers[reply.status if reply else 0] += 1
        return reply

    async def until_taken(self, port: int, response: str, client: str, seconds: float = 60) -> None:
        """Deliver again and again, until the answer is 200."""
        deadline = time.monotonic() + seconds
        while True:
            reply = await asyncio.to_thread(self.deliver, port, response, client)
            if reply is not None and reply.status == 200:
                return
            assert time.monotonic() < deadline, (response, self.answers)
            await asyncio.sleep(0.05)

    async def unprocessed(self, url: str) -> list[str]:
        """The responses of the form that are stored and not processed."""
        rows = await fetch(
            url,
            "SELECT response_id FROM client_onboarding.form_responses"
            " WHERE starts_with(response_id, $1) AND processed_at IS NULL",
            self.form,
        )
        return [row["response_id"] for row in rows]


async def fetch(url: str, sql: str, *values: object) -> list[asyncpg.Record]:
    """Rows, read on a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(sql, *values))
    finally:
        await connection.close()


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do this work until the block ends; by then it has let go of what it held."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def keep_terminating(url: str, every: float) -> None:
    """Break a connection of the server's, any one, again and again until this is cancelled."""
    while True:
        await asyncio.sleep(every)
        await fetch(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND pid <> pg_backend_pid() AND application_name <> 'holder' ORDER BY random() LIMIT 1",
        )


async def differing_copies(url: str) -> list[asyncpg.Record]:
    """What menus show that is not what their meals are."""
    return await fetch(
        url,
        "SELECT menu.id, copy->>'meal_name' AS shown, meal.name FROM recipes_catalog.menus menu"
        " CROSS JOIN jsonb_array_elements(menu.meals) copy"
        " LEFT JOIN recipes_catalog.meals meal ON meal.id = copy->>'meal_id' AND NOT meal.discarded"
        " WHERE NOT menu.discarded AND meal.name IS DISTINCT FROM copy->>'meal_name'",
    )
