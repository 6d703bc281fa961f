"""/health (the process lives), /health/ready (it can serve), /metrics."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..gateway.answers import UNAUTHORIZED
from .logging import EventLog
from .metrics import CONTENT_TYPE, Metrics

# A check returns None when all is well, else a word for what is not.
type Check = Callable[[], Awaitable[str | None]]
_CHECK_SECONDS = 3.0
_LOG = EventLog("health")


def add_health(app: FastAPI, checks: Mapping[str, Check], metrics: Metrics, token: str | None, open_: bool) -> None:
    """Add the shell's own observability routes. `token` guards /metrics unless it is open."""

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(request: Request) -> Response:
        answers = await asyncio.gather(*(_answer(check) for check in checks.values()))
        report = dict(zip(checks, answers, strict=True))
        failed = [name for name, answer in report.items() if answer != "ok"]
        body = {"status": "unavailable" if failed else "ok", "checks": report, "failed": failed}
        return JSONResponse(body, status_code=503 if failed else 200)

    async def exposition(request: Request) -> Response:
        if not open_ and not _may_read(request, token):
            headers = {"WWW-Authenticate": "Bearer", "Content-Type": "application/json"}
            return Response(UNAUTHORIZED.body, 401, headers)
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)

    for path, answer in (("/health", live), ("/health/ready", ready), ("/metrics", exposition)):
        app.add_route(path, answer, methods=["GET"], include_in_schema=False)


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
