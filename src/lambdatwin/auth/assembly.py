"""Authentication of one process, put together from its settings. Nothing connects before `lifespan`."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from .. import ports as declared
from ..database import SessionFactory
from ..observability.logging import EventLog
from ..observability.metrics import Metrics
from ..settings import Settings
from . import config
from .authenticator import Authenticator, Tokens
from .claims import Clock, Policy, TokenUse
from .cognito import Cognito
from .jwks import Jwks
from .revocations import LocalDenyList, RevocationsUnavailableError
from .sessions.fair_queue import FairQueue
from .sessions.logout import Logout
from .sessions.refresh import Refresher, TokenSetVerifier
from .sessions.routes import AuthRoutes

_LOG = EventLog("auth")


@dataclass(frozen=True, slots=True)
class MountedIssuer:
    """An issuer that this very process serves, in development; `login_words` say who may log in, and how."""

    app: ASGIApp
    login_words: str


@dataclass(frozen=True, slots=True)
class AuthOptions:
    """Clocks (seconds: of the epoch, and monotonic), and what has no setting of its own. `grace` is in seconds.

    `transports` leads addresses that begin so elsewhere than to the network."""

    clock: Clock = time.time
    monotonic: Clock = time.monotonic
    grace: float = 10.0
    transports: Mapping[str, httpx.AsyncBaseTransport] = field(default_factory=dict)


class Auth:
    """Everything of authentication that a process owns.

    `sessions` are for revocations, `refresh_sessions` for token refreshes: neither can use up the other's connections.
    Without them both are kept in memory, for this process alone. Nor can calls to Cognito use up those that fetch the
    issuer's keys.
    """

    def __init__(
        self,
        settings: Settings,
        sessions: SessionFactory | None,
        refresh_sessions: SessionFactory | None,
        *,
        meter: Metrics,
        issuer: MountedIssuer | None = None,
        authorizers: Iterable[config.TokenAuthorizer] = (),
        options: AuthOptions | None = None,
    ) -> None:
        self._settings, self._meter = settings, meter
        self._options = options or AuthOptions()
        self.endpoints = config.endpoints(settings)
        self.pools = config.Pools(authorizers, settings, self.endpoints.issuer)
        self._credentials = config.client_credentials(settings)
        self._issuer = issuer
        self._transports = [httpx.AsyncHTTPTransport(verify=_certificates()) for _ in range(2)]
        self._clients = [
            httpx.AsyncClient(transport=transport, mounts=self._mounts(), trust_env=False)
            for transport in self._transports
        ]
        self._deny_list = LocalDenyList(
            _revocations(sessions), clock=self._options.clock, monotonic=self._options.monotonic, meter=meter
        )
        self.jwks = Jwks(self._clients[0], self.endpoints.jwks_url, clock=self._options.monotonic, meter=meter)
        self._keys = {self.endpoints.issuer: self.jwks}
        self._tokens: dict[Policy, Tokens] = {}
        self._build(refresh_sessions)

    def _build(self, refresh_sessions: SessionFactory | None) -> None:
        options, use, queue = self._options, self._settings.cognito_token_use, FairQueue()
        tokens = self._tokens_for(self._policy(use))
        token_sets = TokenSetVerifier(tokens, self._verifier(self._policy("id" if use == "access" else "access")), use)
        flow = self._settings.cognito_refresh_flow
        cognito = Cognito(self._clients[1], self.endpoints.cognito, self._credentials, flow)
        ledger = _ledger(refresh_sessions, options)
        self._refresher = Refresher(cognito, token_sets, ledger, queue, meter=self._meter)
        self._logout = Logout(self._deny_list, self._refresher, cognito, queue, clock=options.clock)
        mode = self._session_mode(tokens, token_sets, queue)
        self._by_session = mode.authenticate if mode is not None else None
        self.authenticator = self.authenticator_of(None, ())
        self._routes = AuthRoutes(tokens, self._refresher, self._logout, mode)

    def authenticator_of(self, authorizer: config.TokenAuthorizer | None, scopes: tuple[str, ...]) -> Authenticator:
        """The authenticator of a declared authorizer, of the settings' own for None. Raises ValueError for an issuer
        that is no https URL."""
        default = self._policy(self._settings.cognito_token_use)
        match authorizer:
            case declared.Jwt():
                policies = [self._jwt_policy(authorizer)]
            case declared.Cognito():
                use: TokenUse = "access" if scopes else "id"
                clients = self.pools.clients(authorizer)
                policies = [self._policy(use, issuer, clients) for issuer in self.pools.issuers(authorizer)]
            case _:
                policies = [default]
        return Authenticator(
            [self._tokens_for(policy) for policy in policies],
            by_session=self._by_session if default in policies else None,
            meter=self._meter,
            scopes=scopes,
            # Clients of either kind of authorizer send the token alone, as AWS's own (Amplify) does.
            bare=authorizer is not None,
        )

    async def end_logins(self, user_id: str) -> None:
        """End all logins of a user: here at once, in other processes within five seconds.

        Raises `RevocationsUnavailableError`.
        """
        await self._logout.end_all_of(user_id)

    @property
    def login_words(self) -> str:
        """The sentence on /docs about the login."""
        return self._issuer.login_words if self._issuer is not None else "Log in at Cognito's hosted pages."

    def routes(self) -> list[BaseRoute]:
        """/auth/*, and in development the local issuer below it."""
        local: list[BaseRoute] = [Mount(config.LOCAL_PATH, app=self._issuer.app)] if self._issuer is not None else []
        return [*local, *self._routes.routes()]

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Fetch keys and revocations at the start, close all connections at the end. Logs what is unreachable."""
        known = list(self._keys.values())
        for keys, warm in zip(known, await asyncio.gather(*(keys.warm() for keys in known)), strict=True):
            if not warm:
                _LOG.warning("jwks_not_warm", url=keys.url)
        try:
            await self._deny_list.warm()
        except RevocationsUnavailableError as error:
            _LOG.warning("deny_list_not_warm", reason=str(error.__cause__).partition("\n")[0])
        try:
            yield
        finally:
            await self._refresher.close()
            await self._deny_list.close()
            for keys in self._keys.values():
                await keys.close()
            # A client that was closed would not open again, and the app may start a second time.
            for transport in self._transports:
                await transport.aclose()

    async def check(self) -> str | None:
        """For readiness: None when the issuer's keys are known, or could be fetched just now."""
        for keys in self._keys.values():
            if not (keys.ready() or await keys.warm()):
                return f"no keys from {keys.url}"
        return None

    def _policy(self, use: TokenUse, issuer: str = "", clients: frozenset[str] = frozenset()) -> Policy:
        resource = self._settings.cognito_resource if use == "access" else None
