"""Readiness names what fails, whatever way it fails in."""

import asyncio

import pytest
from fastapi import FastAPI

from src.lambdatwin.observability import health
from src.lambdatwin.observability.health import Check, add_health
from src.lambdatwin.observability.metrics import Metrics
from tests.support.toy_gateway import client_of

pytestmark = pytest.mark.anyio


async def _well() -> str | None:
    return None


async def _behind() -> str | None:
    return "at 1, expected 2"


async def _surprises() -> str | None:
    raise KeyError("nobody foresaw this")


def _yes() -> bool:
    return True


async def test_a_check_that_raises_is_a_check_that_failed() -> None:
    app = FastAPI()
    add_health(app, {"a": _well, "b": _behind, "c": _surprises}, Metrics(), None, open_=True, services={}, started=_yes)
    async with client_of(app) as client:
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "checks": {"a": "ok", "b": "at 1, expected 2", "c": "failed"},
        "failed": ["b", "c"],
    }


async def test_a_service_that_is_away_degrades_and_is_asked_once() -> None:
    asked: list[str] = []

    def counted(name: str, check: Check) -> Check:
        async def count() -> str | None:
            asked.append(name)
            return await check()

        return count

    services = {"a": counted("a", _well), "b": counted("b", _behind), "c": counted("c", _surprises)}
    app = FastAPI()
    add_health(app, {"d": _well}, Metrics(), None, open_=True, services=services, started=_yes)
    async with client_of(app) as client:
        answers = [await client.get("/health/ready") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[2].json() == {
        "status": "degraded",
        "checks": {"d": "ok", "a": "ok", "b": "degraded", "c": "degraded"},
        "failed": [],
    }
    assert sorted(asked) == ["a", "b", "c"]


async def test_a_service_that_hangs_takes_readiness_three_seconds_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs() -> str | None:
        await asyncio.Event().wait()
        return None

    monkeypatch.setattr(health, "_CHECK_SECONDS", 0.05)
    app = FastAPI()
    add_health(app, {}, Metrics(), None, open_=True, services={"a": hangs}, started=_yes)
    async with client_of(app) as client:
        answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]) == (200, {"a": "degraded"})
