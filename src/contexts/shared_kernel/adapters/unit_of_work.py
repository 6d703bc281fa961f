"""The unit of work on an SQLAlchemy session."""

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from src.contexts.shared_kernel.adapters.database import SessionFactory
from src.contexts.shared_kernel.adapters.database_errors import translated
from src.contexts.shared_kernel.adapters.repository import HOLDS
from src.contexts.shared_kernel.domain.events import Event
from src.contexts.shared_kernel.services.unit_of_work import UnitOfWork


class EventSource(Protocol):
    """A repository, as far as the unit of work is concerned."""

    def release_events(self) -> tuple[Event, ...]: ...


class SqlUnitOfWork(UnitOfWork):
    """A session and the repositories on it.

    A context's unit of work derives from this class and makes its repositories in `_repositories`.
    """

    session: AsyncSession

    def __init__(self, session_factory: SessionFactory) -> None:
        self._session_factory = session_factory
        self._sources: tuple[EventSource, ...] = ()

    def _repositories(self, session: AsyncSession) -> tuple[EventSource, ...]:
        """Set the repositories as attributes, and return them."""
        raise NotImplementedError

    async def _open(self) -> None:
        self.session = self._session_factory(info={HOLDS: self.holds})
        self._sources = self._repositories(self.session)

    async def _close(self, error: BaseException | None) -> None:
        # The session's own exit rolls back and is shielded from the cancellation that a timeout sends.
        await self.session.__aexit__(None, None, None)
        known = None if error is None else translated(error)
        if known is not None:
            raise known from error

    async def commit(self) -> None:
        await self.session.commit()

    def release_events(self) -> tuple[Event, ...]:
        return tuple(event for source in self._sources for event in source.release_events())
