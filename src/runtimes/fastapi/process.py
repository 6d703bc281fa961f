"""What one process owns, built by hand in one place: metrics, the database, the issuer's keys, caches, the door."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx

from src.contexts.iam.core.internal import IamUsers, on_user_changed
from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.runtimes.fastapi.auth.caches.deny_list import LocalDenyList
from src.runtimes.fastapi.auth.caches.users import CachedUsers
from src.runtimes.fastapi.auth.caches.verdicts import VerdictCache
from src.runtimes.fastapi.auth.claims.policy import LARGEST_LEEWAY, LONGEST_LIFETIME, Policy
from src.runtimes.fastapi.auth.door import Authenticator, Tokens
from src.runtimes.fastapi.auth.keys.jwks import Jwks
from src.runtimes.fastapi.auth.observing import LogAudit
from src.runtimes.fastapi.auth.store.revocations import PostgresRevocations
from src.runtimes.fastapi.auth.verifier import Verifier
from src.runtimes.fastapi.container import ProcessContainer
from src.runtimes.fastapi.health import Check
from src.runtimes.fastapi.issuer import Issuer
from src.runtimes.fastapi.metrics import Metrics
from src.runtimes.fastapi.ports import HandlerModule
from src.runtimes.fastapi.settings import Settings


@dataclass(frozen=True, slots=True)
class Process:
    """Everything that lives as long as the app; nothing is connected before `running()`."""

    settings: Settings
    metrics: Metrics
    container: ProcessContainer
    users: CachedUsers[SeedUser]
    keys: Jwks
    deny_list: LocalDenyList
    authenticator: Authenticator
    http: httpx.AsyncClient

    @asynccontextmanager
    async def running(self, modules: Sequence[HandlerModule]) -> AsyncIterator[None]:
        """Give the handlers the process's engine, warm what is slow at first, and close everything at the end."""
        async with AsyncExitStack() as stack:
            stack.callback(on_user_changed(self.users.forget))
            stack.push_async_callback(self.container.close)
            stack.push_async_callback(self.http.aclose)
            stack.push_async_callback(self.deny_list.close)
            stack.push_async_callback(self.keys.close)
            stack.enter_context(self.container.shared_with(modules))
            if not self.settings.local_issuer:
                # The local issuer is this very process, which does not listen yet.
                await self.keys.warm()
            yield

    def checks(self) -> Mapping[str, Check]:
        """What /health/ready asks."""
        return {
            "database": self.container.check_database,
            "migrations": self.container.check_migrations,
            "jwks": self._check_keys,
        }

    async def _check_keys(self) -> str | None:
        return None if self.keys.ready() or await self.keys.warm() else "no keys of the issuer"


def build(settings: Settings, database_url: str, issuer: Issuer) -> Process:
    """The process's parts for these settings."""
    metrics, audit = Metrics(), LogAudit()
    container = ProcessContainer(database_url, settings)
    metrics.watch_pool(container.pool)
    http = httpx.AsyncClient()
    keys = Jwks(http, issuer.jwks_url, clock=time.monotonic, meter=metrics)
    deny_list = LocalDenyList(
        PostgresRevocations(container.sessions), clock=time.time, monotonic=time.monotonic, meter=metrics
    )
    policy = Policy(
        issuer=issuer.url,
        client_id=issuer.client_id,
        use=settings.cognito_token_use,
        resource=None,
        leeway=LARGEST_LEEWAY,
        longest_lifetime=LONGEST_LIFETIME,
    )
    tokens = Tokens(Verifier(keys, policy, time.time), VerdictCache(), deny_list, metrics)
    return Process(
        settings=settings,
        metrics=metrics,
        container=container,
        users=CachedUsers(
            IamUsers(container.sessions), seconds=settings.user_cache_seconds, clock=time.monotonic, meter=metrics
        ),
        keys=keys,
        deny_list=deny_list,
        authenticator=Authenticator(tokens, sessions=None, meter=metrics, audit=audit),
        http=http,
    )
