"""A small site with authentication as the shell puts it together: /auth/*, and /who, which tells who asks."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from src.lambdatwin.auth.assembly import Auth, AuthOptions
from src.lambdatwin.auth.authenticator import Refused
from src.lambdatwin.observability.logging import fields_of
from src.lambdatwin.settings import Settings
from tests.integration.lambdatwin.auth.issuing import CLIENT_ID, PASSWORD, REDIRECT_URI, Issuer
from tests.support.counts import Counts

SESSION_SECRET = "0f5ee1b1c2c34f3fa4a19b0ab4d2c6d7"
HOME = "http://127.0.0.1:8000"


class Recorded(logging.Handler):
    """Keeps what the audit log says."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, dict[str, str]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.getMessage(), fields_of(record)))

    def events(self) -> list[str]:
        return [event for event, _ in self.lines]


@dataclass
class Site:
    """One process's authentication, and a browser in front of it."""

    auth: Auth
    app: Starlette
    browser: httpx.AsyncClient
    meter: Counts
    audit: Recorded
    issuer: Issuer

    def another_browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=HOME)

    def csrf(self) -> dict[str, str]:
        return {"x-csrf-token": str(self.browser.cookies["auth-csrf"])}

    async def log_in(self, name: str = "administrator", return_to: str = "/who") -> httpx.Response:
        """Through the issuer's page; the answer to the callback."""
        begun = await self.browser.get("/auth/login", params={"return_to": return_to})
        return await self.browser.get(await self.pass_login_page(begun.headers["location"], name))

    async def pass_login_page(self, location: str, name: str = "administrator") -> str:
        async with httpx.AsyncClient(trust_env=False, verify=False, mounts=self.issuer.transports) as outside:
            assert (await outside.get(location)).status_code == 200
            done = await outside.post(location, data={"username": name, "password": PASSWORD})
        assert done.status_code == 302
        return str(done.headers["location"])


def settings_for(issuer: Issuer, **changes: Any) -> Settings:
    secret = issuer.local.client.secret
    values: dict[str, Any] = {
        "environment": "test",
        "cognito_issuer": issuer.url,
        "cognito_client_id": CLIENT_ID,
        "cognito_client_secret": secret,
        "cognito_domain": issuer.url,
        "auth_redirect_uri": REDIRECT_URI,
        "session_secret": SESSION_SECRET,
    }
    return Settings(**(values | changes))


@asynccontextmanager
async def site(
    database_url: str, issuer: Issuer, options: AuthOptions | None = None, **changes: Any
) -> AsyncIterator[Site]:
    """One process; two of them on one database are two replicas."""
    engine = create_engine(database_url, pooled=True)
    meter, audit, clock = Counts(), Recorded(), issuer.clock
    options = options or AuthOptions()
    options = replace(options, clock=clock, monotonic=clock, transports=issuer.transports)
    auth = Auth(
        settings_for(issuer, **changes),
        session_factory(engine),
        session_factory(engine),
        meter=meter,
        options=options,
    )

    async def who(request: Request) -> Response:
        headers = request.scope["headers"]
        outcome = await auth.authenticator.authenticate(headers, request.method)
        if isinstance(outcome, Refused):
            response = Response(outcome.response.body, outcome.response.status)
            response.raw_headers = list(outcome.response.headers)
            return response
        response = JSONResponse({"sub": outcome.claims["sub"], "exp": outcome.claims["exp"]})
        response.raw_headers += [(b"set-cookie", value) for value in outcome.set_cookies]
        return response

    log = logging.getLogger("lambdatwin.auth.audit")
    log.setLevel(logging.INFO)
    log.addHandler(audit)
    app = Starlette(routes=[*auth.routes(), Route("/who", who, methods=["GET", "POST"])])
    async with auth.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as browser:
        yield Site(auth, app, browser, meter, audit, issuer)
    log.removeHandler(audit)
    await engine.dispose()


def query_of(location: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}
