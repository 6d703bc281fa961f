"""Builds what one app owns: metrics, the database, users, authentication."""

import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from .auth.assembly import Auth, MountedIssuer
from .auth.cache import CachedUsers
from .auth.config import TokenAuthorizer
from .database import APP_SESSIONS
from .observability.health import Check
from .observability.logging import capture
from .observability.metrics import Metrics
from .ports import HandlerModule
from .project import HandlerRuntime, Project, is_module
from .settings import Settings

if TYPE_CHECKING:
    from .postgres.engine import Database


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that lives as long as the app; nothing is connected before `lifespan()`.

    Without a database handlers get no sessions, and authentication keeps its revocations in memory.
    """

    project: Project
    settings: Settings
    metrics: Metrics
    users: CachedUsers
    auth: Auth
    database: "Database | None" = None

    @asynccontextmanager
    async def lifespan(self, modules: Sequence[HandlerModule]) -> AsyncIterator[int]:
        """Give the handlers the app's sessions, fill the caches of authentication, and close everything at the end.

        Yields how many modules take the sessions. Raises `SecondAppError`.
        """
        sharing = 0
        async with AsyncExitStack() as stack:
            stack.callback(self.project.on_user_changed(self.users.forget))
            stack.callback(self.project.on_access_lost(self.auth.end_logins))
            if self.database is not None:
                stack.push_async_callback(self.database.close)
                stack.enter_context(APP_SESSIONS.registered(self.database))
                sharing = APP_SESSIONS.share(self.project, modules)
            await stack.enter_async_context(self.auth.lifespan())
            yield sharing

    def for_handlers(self) -> HandlerRuntime:
        return HandlerRuntime(self.users, self.metrics.error, capture)

    def checks(self) -> Mapping[str, Check]:
        jwks: dict[str, Check] = {"jwks": self.auth.check} if self.auth.takes_tokens else {}
        if self.database is None:
            return jwks
        return {
            "database": self.database.check_database,
            "migrations": partial(_check_migrations, self.database),
            **jwks,
        }


def build(
    project: Project,
    settings: Settings,
    issuer: MountedIssuer | None = None,
    authorizers: Iterable[TokenAuthorizer] = (),
) -> Runtime:
    """The app's parts for these settings, and for what its routes declare."""
    metrics, database = Metrics(), _database(project, settings)
    if database is not None:
        metrics.watch_pool(database.pool)
    users = CachedUsers(
        project.users(database.sessions if database is not None else _no_sessions) or _NoUsers(),
        seconds=settings.user_cache_seconds,
        clock=time.monotonic,
        meter=metrics,
    )
    stores = (database.revocation_sessions, database.refresh_sessions) if database is not None else (None, None)
    auth = Auth(settings, *stores, meter=metrics, issuer=issuer, authorizers=authorizers)
    return Runtime(project, settings, metrics, users, auth, database)


def knows_postgres() -> bool:
    """Whether the packages of the extra `postgres` are installed."""
    return is_module("sqlalchemy") and is_module("asyncpg")


async def _check_migrations(database: "Database") -> str | None:
    from .postgres.tables import check

    return await database.check_migrations() or await check(database.scalar)


def _database(project: Project, settings: Settings) -> "Database | None":
    if settings.database_url is None or not knows_postgres():
        return None
    from .postgres.engine import Database

    url = settings.database_url.get_secret_value()
    return Database(project, url, size=settings.database_pool_size, wait=settings.database_pool_wait)


class _NoUsers:
    async def get_user(self, user_id: str, context: str) -> Any:
        raise NotImplementedError("this project knows no users: override Project.users")


def _no_sessions(**options: Any) -> Any:
    raise RuntimeError("this app has no database: DATABASE_URL is not set")
