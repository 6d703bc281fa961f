"""Authentication of one process, put together from its settings. Nothing connects before `lifespan`."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

import httpx
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from .. import ports as declared
from ..database import SessionFactory
from ..observability import audit
from ..observability.logging import EventLog
from ..observability.metrics import Metrics
from ..settings import Settings
from . import config
from .authenticator import Authenticator, BySession
from .claims import Clock, Policy, TokenUse
from .cognito import ClientCredentials, Cognito, HostedUi
from .jwks import Jwks
from .responses import StoreUnavailableError
from .revocations import LocalDenyList, RevocationStore
from .sessions.cookies import CookieJar
from .sessions.fair_queue import FairQueue
from .sessions.logout import Logout
from .sessions.refresh import MemoryLedger, Refresher, RefreshLedger, TokenSetVerifier
from .sessions.routes import AuthRoutes
from .sessions.session import SessionMode
from .verifier import Verifier

_LOG = EventLog("auth")
_USES: tuple[TokenUse, ...] = ("access", "id")


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
    Without them both are kept in memory, for this process alone.
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
        self._issuer = issuer
        named = issuer is not None or config.names_issuer(settings)
        # None where nothing says whose tokens are meant.
        self.endpoints = config.endpoints(settings) if named else None
        self._default = "" if self.endpoints is None else self.endpoints.issuer
        self.pools = config.Pools(authorizers, settings, self._default)
        # The calls that the queue lets through are far fewer than the connections of a client.
        self._transport = httpx.AsyncHTTPTransport(verify=_certificates())
        self._client = httpx.AsyncClient(transport=self._transport, mounts=self._mounts(), trust_env=False)
        clock, monotonic = self._options.clock, self._options.monotonic
        store, ledger = _stores(sessions, refresh_sessions, self._options)
        self._deny_list = LocalDenyList(store, clock=clock, monotonic=monotonic, meter=meter)
        self._keys: dict[str, Jwks] = {}
        self._verifiers: dict[Policy, Verifier] = {}
        self._refresher: Refresher | None = None
        self._by_session: BySession | None = None
        self._routes: list[Route] = []
        if self.endpoints is not None:
            self._add_logins(self.endpoints, ledger)
        self.authenticator = self.authenticator_of(None, ())

    def _add_logins(self, endpoints: config.Endpoints, ledger: RefreshLedger) -> None:
        """What only tokens of the settings' own issuer have: refresh, logout, session mode."""
        use, queue, clock = self._settings.cognito_token_use, FairQueue(), self._options.monotonic
        self._keys[endpoints.issuer] = Jwks(self._client, endpoints.jwks_url, clock=clock, meter=self._meter)
        verifiers = {kind: self._verifier(self._policy(kind)) for kind in _USES}
        flow, credentials = self._settings.cognito_refresh_flow, config.client_credentials(self._settings)
        cognito = Cognito(self._client, endpoints.cognito, credentials, flow)
        refresher = Refresher(cognito, TokenSetVerifier(verifiers, use), ledger, queue, meter=self._meter)
        logout = Logout(self._deny_list, refresher, cognito, queue)
        mode = self._session_mode(endpoints.hosted_ui, credentials, refresher, queue)
        self._refresher = refresher
        self._by_session = mode.authenticate if mode is not None else None
        self._routes = AuthRoutes(verifiers[use], refresher, logout, mode).routes()

    def authenticator_of(self, authorizer: config.TokenAuthorizer | None, scopes: tuple[str, ...]) -> Authenticator:
        """The authenticator of a declared authorizer, for None of the settings' own issuer: without one it refuses all.
        Raises ValueError for an issuer that is no https URL, and where the settings have to name one."""
        default = None if self.endpoints is None else self._policy(self._settings.cognito_token_use)
        match authorizer:
            case declared.Jwt():
                policies = [self._jwt_policy(authorizer)]
            case declared.Cognito():
                use: TokenUse = "access" if scopes else "id"
                policies = [self._policy(use, issuer) for issuer in self.pools.issuers(authorizer)]
            case _:
                policies = [] if default is None else [default]
        return Authenticator(
            [self._verifier(policy) for policy in policies],
            by_session=self._by_session if default in policies else None,
            meter=self._meter,
            scopes=scopes,
            # Clients of either kind of authorizer send the token alone, as AWS's own (Amplify) does.
            bare=authorizer is not None,
        )

    async def end_logins(self, user_id: str) -> None:
        """End all logins of a user: here at once, in other processes within five seconds.

        Raises `StoreUnavailableError`.
        """
        await self._deny_list.add("sub", user_id)
        audit.record("user_revoked", sub=user_id)

    @property
    def takes_tokens(self) -> bool:
        """Whether tokens of any issuer are looked at."""
        return bool(self._keys)

    @property
    def login_base(self) -> str | None:
        """Where the browser logs in; the local issuer is on the page's own host, whatever name that has."""
        if self._issuer is not None:
            return config.LOCAL_PATH
        return None if self.endpoints is None else self.endpoints.hosted_ui

    @property
    def login_words(self) -> str:
        return self._issuer.login_words if self._issuer is not None else "Log in at Cognito's hosted pages."

    def routes(self) -> list[BaseRoute]:
        """/auth/*, and in development the local issuer below it."""
        local: list[BaseRoute] = [Mount(config.LOCAL_PATH, app=self._issuer.app)] if self._issuer is not None else []
        return [*local, *self._routes]

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Fetch keys and revocations at the start, close all connections at the end. Logs what is unreachable."""
        known = list(self._keys.values())
        for keys, warm in zip(known, await asyncio.gather(*(keys.warm() for keys in known)), strict=True):
            if not warm:
                _LOG.warning("jwks_not_warm", url=keys.url)
        try:
            await self._deny_list.warm()
        except StoreUnavailableError as error:
            _LOG.warning("deny_list_not_warm", reason=str(error.__cause__).partition("\n")[0])
        try:
            yield
        finally:
            if self._refresher is not None:
                await self._refresher.close()
            await self._deny_list.close()
            for keys in self._keys.values():
                await keys.close()
            # A client that was closed would not open again, and the app may start a second time.
            await self._transport.aclose()

    async def check(self) -> str | None:
        """For readiness: None when the issuer's keys are known, or could be fetched just now."""
        for keys in self._keys.values():
            if not (keys.ready() or await keys.warm()):
                return f"no keys from {keys.url}"
        return None

    def _policy(self, use: TokenUse, issuer: str = "") -> Policy:
        resource = self._settings.cognito_resource if use == "access" else None
        return Policy(issuer or self._default, frozenset(config.client_ids(self._settings)), use, resource)

    def _jwt_policy(self, authorizer: declared.Jwt) -> Policy:
        """The local issuer stands in for any user pool. What only a deploy tells is what the settings say."""
        issuer, named = authorizer.issuer, frozenset(one for one in authorizer.audience if one is not None)
        ours = issuer in (None, self._default)
        stands_in = self._issuer is not None and not ours and config.is_user_pool(str(issuer))
        if stands_in or not authorizer.audience or None in authorizer.audience:
            named |= frozenset(config.client_ids(self._settings))
        return Policy(self._default if ours or stands_in else str(issuer), named, "jwt", None)

    def _verifier(self, policy: Policy) -> Verifier:
        """Authorizers of one policy share their verdicts, and those of one issuer its keys."""
        if policy not in self._verifiers:
            keys, clock = self._keys_of(policy.issuer), self._options.clock
            self._verifiers[policy] = Verifier(keys, policy, self._deny_list, clock=clock, meter=self._meter)
        return self._verifiers[policy]

    def _keys_of(self, issuer: str) -> Jwks:
        if issuer not in self._keys:
            url, clock = config.discovery_url(issuer), self._options.monotonic
            self._keys[issuer] = Jwks(self._client, url, clock=clock, meter=self._meter, issuer=issuer)
        return self._keys[issuer]

    def _session_mode(
        self, hosted_ui: str | None, credentials: ClientCredentials, refresher: Refresher, queue: FairQueue
    ) -> SessionMode | None:
        secrets, uri = config.session_secrets(self._settings), self._settings.auth_redirect_uri
        if not secrets or uri is None or hosted_ui is None:
            return None
        clock, secure = self._options.clock, uri.startswith("https://")
        jar = CookieJar([secret.encode() for secret in secrets], clock=clock, secure=secure)
        verifier = self._verifier(self._policy(self._settings.cognito_token_use))
        pages = HostedUi(self._client, hosted_ui, credentials, uri)
        return SessionMode(jar, pages, verifier, refresher, queue, clock)

    def _mounts(self) -> dict[str, httpx.AsyncBaseTransport]:
        """The process's own issuer is called without the network: it has to answer before the socket listens."""
        made = dict(self._options.transports)
        if self._issuer is not None:
            inside = httpx.ASGITransport(Mount(config.LOCAL_PATH, app=self._issuer.app))
            made[self._default.removesuffix(config.LOCAL_PATH)] = inside
        return made


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities that calls to an issuer trust: to read them takes 20 ms, so it is done once in a process."""
    return httpx.create_ssl_context(trust_env=False)


def _stores(
    sessions: SessionFactory | None, refresh_sessions: SessionFactory | None, options: AuthOptions
) -> tuple[RevocationStore | None, RefreshLedger]:
    if sessions is None or refresh_sessions is None:
        return None, MemoryLedger(clock=options.clock, grace=options.grace)
    from ..postgres.stores import PostgresLedger, PostgresRevocations

    return PostgresRevocations(sessions), PostgresLedger(refresh_sessions, clock=options.clock, grace=options.grace)
