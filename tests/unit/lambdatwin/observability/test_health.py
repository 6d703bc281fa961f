"""Readiness names what fails, whatever way it fails in."""

import pytest
from fastapi import FastAPI

from src.lambdatwin.observability.health import add_health
from src.lambdatwin.observability.metrics import Metrics
from tests.support.toy_gateway import client_of

pytestmark = pytest.mark.anyio


async def _well() -> str | None:
    return None


async def _behind() -> str | None:
    return "at 1, expected 2"


async def _surprises() -> str | None:
    raise KeyError("nobody foresaw this")


async def test_a_check_that_raises_is_a_check_that_failed() -> None:
    app = FastAPI()
    add_health(app, {"a": _well, "b": _behind, "c": _surprises}, Metrics(), None, open_=True)
    async with client_of(app) as client:
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "checks": {"a": "ok", "b": "at 1, expected 2", "c": "failed"},
        "failed": ["b", "c"],
    }
