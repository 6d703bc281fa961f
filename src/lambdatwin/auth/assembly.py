"""Authentication of one process, put together from its settings. Nothing connects before `running`."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx
from starlette.routing import BaseRoute, Mount

from src.contexts.shared_kernel.adapters.database import SessionFactory
from src.contexts.shared_kernel.logging import get_logger

from ..devtools.issuer.app import LocalIssuer, LocalIssuerOptions
from .caches.deny_list import LocalDenyList
from .caches.verdicts import VerdictCache
from .claims.policy import LARGEST_LEEWAY, LONGEST_LIFETIME, Policy, TokenUse
from .cognito.client import ClientCredentials, Cognito
from .cognito.hosted_ui import HostedUi
from .door import Authenticator, Tokens
from .endpoints import LOCAL_PATH, Endpoints, client_id, endpoints
from .guards import AuthSettings
from .keys.jwks import Jwks
from .observing import Audit, LogAudit, Meter
from .revocations import RevocationsUnavailableError
from .routes import AuthRoutes, SessionMode
from .sessions.cookies import CookieJar
from .sessions.ending import Endings
from .sessions.judging import TokenSetJudge
from .sessions.login import Logins
from .sessions.refreshing import Refresher
from .sessions.session import CookieSessions
from .store.refreshes import PostgresLedger
from .store.revocations import PostgresRevocations
from .verifier import Clock, Verifier

ISSUER_FOLDER = Path(".local") / "issuer"


@dataclass(frozen=True, slots=True)
class AuthOptions:
    """Clocks (seconds: of the epoch, and monotonic), and what has no setting of its own. `grace` is in seconds.
    `transports` leads addresses that begin so elsewhere than to the network."""

    clock: Clock = time.time
    monotonic: Clock = time.monotonic
    grace: float = 10.0
    issuer_folder: Path = ISSUER_FOLDER
    transports: Mapping[str, httpx.AsyncBaseTransport] = field(default_factory=dict)


class Auth:
    """Everything of authentication that a process owns."""

    def __init__(
        self,
        settings: AuthSettings,
        sessions: SessionFactory,
        *,
        meter: Meter,
        audit: Audit | None = None,
        options: AuthOptions | None = None,
    ) -> None:
        self._settings, self._meter = settings, meter
        self._audit, self._options = audit or LogAudit(), options or AuthOptions()
        self.endpoints: Endpoints = endpoints(settings)
        self._credentials = ClientCredentials(client_id(settings), _secret(settings))
        self.issuer = self._local_issuer() if settings.local_issuer else None
        self._client = httpx.AsyncClient(mounts=self._mounts(), trust_env=False)
        self._deny_list = LocalDenyList(
            PostgresRevocations(sessions), clock=self._options.clock, monotonic=self._options.monotonic, meter=meter
        )
        self.jwks = Jwks(self._client, self.endpoints.jwks_url, clock=self._options.monotonic, meter=meter)
        self._build(sessions)

    def _build(self, sessions: SessionFactory) -> None:
        options, use = self._options, _use(self._settings.cognito_token_use)
        other: TokenUse = "id" if use == "access" else "access"
        tokens = Tokens(self._verifier(use), VerdictCache(), self._deny_list, self._meter)
        judge = TokenSetJudge(tokens, self._verifier(other), use)
        cognito = Cognito(self._client, self.endpoints.cognito, self._credentials, self._settings.cognito_refresh_flow)
        ledger = PostgresLedger(sessions, clock=options.clock, grace=options.grace)
        self._refresher = Refresher(cognito, judge, ledger, meter=self._meter, audit=self._audit)
        self.endings = Endings(self._deny_list, cognito, clock=options.clock, audit=self._audit)
        mode = self._session_mode(tokens, judge)
        cookie_sessions = mode.sessions if mode is not None else None
        self.authenticator = Authenticator(tokens, sessions=cookie_sessions, meter=self._meter, audit=self._audit)
        self._routes = AuthRoutes(tokens, self._refresher, self.endings, mode, self._audit)

    def routes(self) -> list[BaseRoute]:
        """/auth/*, and in development the local issuer below it."""
        local: list[BaseRoute] = [Mount(LOCAL_PATH, app=self.issuer.app)] if self.issuer is not None else []
        return [*local, *self._routes.routes()]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Warm while the block begins, close when it ends. Nothing that is down keeps a process from starting."""
        log = get_logger("auth")
        if not await self.jwks.warm():
            log.warning("jwks_not_warm", url=self.endpoints.jwks_url)
        try:
            await self._deny_list.warm()
        except RevocationsUnavailableError:
            log.warning("deny_list_not_warm")
        try:
            yield
        finally:
            await self._refresher.close()
            await self._deny_list.close()
            await self.jwks.close()
            await self._client.aclose()

    async def check(self) -> str | None:
        """For readiness: None when the issuer's keys are known, or could be fetched just now."""
        return None if self.jwks.ready() or await self.jwks.warm() else f"no keys from {self.endpoints.jwks_url}"

    def _verifier(self, use: TokenUse) -> Verifier:
        resource = self._settings.cognito_resource if use == "access" else None
        names = (self.endpoints.issuer, self._credentials.client_id)
        policy = Policy(*names, use, resource, LARGEST_LEEWAY, LONGEST_LIFETIME)
        return Verifier(self.jwks, policy, self._options.clock)

    def _session_mode(self, tokens: Tokens, judge: TokenSetJudge) -> SessionMode | None:
        secret, uri = self._settings.session_secret, self._settings.auth_redirect_uri
        if secret is None or uri is None or self.endpoints.hosted_ui is None:
            return None
        clock = self._options.clock
        jar = CookieJar(secret.get_secret_value().encode(), secure=uri.startswith("https://"))
        sessions = CookieSessions(jar, tokens, self._refresher, clock=clock, audit=self._audit)
        hosted_ui = HostedUi(self._client, self.endpoints.hosted_ui, self._credentials, uri)
        return SessionMode(jar, Logins(hosted_ui, jar, judge, self._verifier("id"), clock), sessions)

    def _local_issuer(self) -> LocalIssuer:
        folder, port = self._options.issuer_folder, self._settings.port
        hosts = (f"http://127.0.0.1:{port}", f"http://localhost:{port}")
        uris = {f"{host}{path}" for host in hosts for path in ("/docs/oauth2-redirect", "/auth/callback")}
        options = LocalIssuerOptions(
            url=self.endpoints.issuer,
            credentials=self._credentials,
            redirect_uris=frozenset(uris | {self._settings.auth_redirect_uri or f"{hosts[0]}/auth/callback"}),
            key_folder=folder / "keys",
            grants_file=folder / "grants.json",
        )
        return LocalIssuer(options, clock=self._options.clock, production=self._settings.production)

    def _mounts(self) -> dict[str, httpx.AsyncBaseTransport]:
        """The process's own issuer is called without the network: it has to answer before the socket listens."""
        made = dict(self._options.transports)
        if self.issuer is not None:
            inside = httpx.ASGITransport(Mount(LOCAL_PATH, app=self.issuer.app))
            made[self.endpoints.issuer.removesuffix(LOCAL_PATH)] = inside
        return made


def _use(value: str) -> Literal["access", "id"]:
    return "id" if value == "id" else "access"


def _secret(settings: AuthSettings) -> str | None:
    secret = settings.cognito_client_secret
    return secret.get_secret_value() if secret is not None else None
