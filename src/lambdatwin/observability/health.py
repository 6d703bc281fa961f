"""/health (the process lives), /health/ready (it can serve), /metrics."""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..gateway.answers import UNAUTHORIZED
from .logging import EventLog
from .metrics import Metrics

# A check returns None when all is well, else a word for what is not.
type Check = Callable[[], Awaitable[str | None]]
_CHECK_SECONDS = 3.0
# How long an answer about an external service counts: readiness may be asked often, and by strangers.
_SERVICE_SECONDS = 30.0
_LOG = EventLog("health")


def add_health(
    app: FastAPI,
    checks: Mapping[str, Check],
    metrics: Metrics,
    token: str | None,
    open_: bool,
    services: Mapping[str, Check],
    started: Callable[[], bool],
) -> None:
    """Add the shell's own observability routes. `token` guards /metrics unless it is open.

    One of `checks` that fails makes readiness 503; one of `services`, which part of the API needs, only degrades it.
    Nothing else is asked before the app has `started`.
    """
    kept = {name: _KeptCheck(name, check) for name, check in services.items()}

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(request: Request) -> Response:
        needed = checks if started() else {"lifespan": _not_run}
        asked = {name: _answer(check) for name, check in needed.items()}
        asked |= {name: check.answer() for name, check in kept.items()} if needed is checks else {}
        report = dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))
        failed = [name for name in needed if report[name] != "ok"]
        status = "unavailable" if failed else "degraded" if "degraded" in report.values() else "ok"
        body = {"status": status, "checks": report, "failed": failed}
        return JSONResponse(body, status_code=503 if failed else 200)

    async def exposition(request: Request) -> Response:
        if not open_ and not _may_read(request, token):
            headers = {"WWW-Authenticate": "Bearer", "Content-Type": "application/json"}
            return Response(UNAUTHORIZED.body, 401, headers)
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    for path, answer in (("/health", live), ("/health/ready", ready), ("/metrics", exposition)):
        app.add_route(path, answer, methods=["GET"], include_in_schema=False)


class _KeptCheck:
    """Asks an external service at most every `_SERVICE_SECONDS`; what is wrong with it is only in the log."""

    def __init__(self, name: str, check: Check) -> None:
        self._name, self._check = name, check
        self._lock = asyncio.Lock()
        self._kept, self._until = "", 0.0

    async def answer(self) -> str:
        async with self._lock:
            if time.monotonic() >= self._until:
                reason = await _answer(self._check)
                self._kept, self._until = "ok" if reason == "ok" else "degraded", time.monotonic() + _SERVICE_SECONDS
                if reason != "ok":
                    _LOG.warning("service_degraded", service=self._name, reason=reason)
        return self._kept


async def _not_run() -> str:
    return "not run: a mounted app needs its parent's"


async def _answer(check: Check) -> str:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            return await check() or "ok"
    except TimeoutError:
        return "no answer"
    except Exception as error:  # a boundary: an unexpected exception is a failed check
        _LOG.error("check_raised", exc_info=error)
        return "failed"


def _may_read(request: Request, token: str | None) -> bool:
    sent = request.headers.get("authorization", "")
    return token is not None and hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())
