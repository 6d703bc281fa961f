"""Builds what one app owns: metrics, the database, users, authentication."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from .auth.assembly import Auth, MountedIssuer
from .auth.cache import CachedUsers
from .database import APP_SESSIONS, Database
from .observability.health import Check
from .observability.logging import capture
from .observability.metrics import Metrics
from .ports import HandlerModule
from .project import HandlerRuntime, Project
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that lives as long as the app; nothing is connected before `lifespan()`.

    Without a database handlers get no sessions.
    """

    project: Project
    settings: Settings
    metrics: Metrics
    users: CachedUsers[Any]
    auth: Auth
    database: Database | None = None

    @asynccontextmanager
    async def lifespan(self, modules: Sequence[HandlerModule]) -> AsyncIterator[int]:
        """Give the handlers the app's sessions, fill the caches of authentication, and close everything at the end.

        Yields how many of the modules take the app's sessions.
        """
        shared = 0
        async with AsyncExitStack() as stack:
            stack.callback(self.project.on_user_changed(self.users.forget))
            stack.callback(self.project.on_access_lost(self.auth.end_logins))
            if self.database is not None:
                stack.push_async_callback(self.database.close)
                shared = self.project.share(modules, APP_SESSIONS)
                undo = partial(self.project.unshare, modules)
                stack.enter_context(APP_SESSIONS.registered(self.database.sessions, undo))
            await stack.enter_async_context(self.auth.lifespan())
            yield shared

    def for_handlers(self) -> HandlerRuntime:
        """What a handler's middleware may use."""
        return HandlerRuntime(self.users, self.metrics.error, capture)

    def checks(self) -> Mapping[str, Check]:
        """What /health/ready asks."""
        jwks: dict[str, Check] = {"jwks": self.auth.check}
        if self.database is None:
            return jwks
        return {"database": self.database.check_database, "migrations": self.database.check_migrations, **jwks}


def build(project: Project, settings: Settings, database_url: str, issuer: MountedIssuer | None = None) -> Runtime:
    """The app's parts for these settings."""
    metrics = Metrics()
    wait = settings.database_pool_wait
    database = Database(
        project.engine(database_url, size=settings.database_pool_size, wait=wait),
        lambda size: project.engine(database_url, size=size, wait=wait),
        # Both read a folder that does not change while the process runs.
        cache(project.schema_head),
        lru_cache(maxsize=8)(project.serves_schema),
    )
    metrics.watch_pool(database.pool)
    users = CachedUsers(
        project.users(database.sessions), seconds=settings.user_cache_seconds, clock=time.monotonic, meter=metrics
    )
    auth = Auth(settings, database.revocation_sessions, database.refresh_sessions, meter=metrics, issuer=issuer)
    return Runtime(project, settings, metrics, users, auth, database)
