"""What one process owns, built by hand in one place: metrics, the database, users, authentication."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from src.contexts.iam.core.internal import IamUsers, on_user_changed
from src.contexts.shared_kernel.domain.seed_user import SeedUser

from .auth.assembly import Auth
from .auth.caches.users import CachedUsers
from .database import ProcessContainer
from .observability.health import Check
from .observability.metrics import Metrics
from .observability.watchdog import watched_loop
from .ports import HandlerModule
from .settings import Environment, Settings


@dataclass(frozen=True, slots=True)
class Process:
    """Everything that lives as long as the app; nothing is connected before `running()`."""

    settings: Settings
    metrics: Metrics
    container: ProcessContainer
    users: CachedUsers[SeedUser]
    auth: Auth

    @asynccontextmanager
    async def running(self, modules: Sequence[HandlerModule]) -> AsyncIterator[None]:
        """Give the handlers the process's engine, warm what is slow at first, and close everything at the end."""
        async with AsyncExitStack() as stack:
            stack.callback(on_user_changed(self.users.forget))
            stack.push_async_callback(self.container.close)
            stack.enter_context(self.container.shared_with(modules))
            await stack.enter_async_context(self.auth.running())
            if self.settings.environment is Environment.DEVELOPMENT:
                stack.enter_context(watched_loop())
            yield

    def checks(self) -> Mapping[str, Check]:
        """What /health/ready asks."""
        return {
            "database": self.container.check_database,
            "migrations": self.container.check_migrations,
            "jwks": self.auth.check,
        }


def build(settings: Settings, database_url: str) -> Process:
    """The process's parts for these settings."""
    metrics = Metrics()
    container = ProcessContainer(database_url, settings)
    metrics.watch_pool(container.pool)
    users = CachedUsers(
        IamUsers(container.sessions), seconds=settings.user_cache_seconds, clock=time.monotonic, meter=metrics
    )
    return Process(settings, metrics, container, users, Auth(settings, container.own_sessions, meter=metrics))
