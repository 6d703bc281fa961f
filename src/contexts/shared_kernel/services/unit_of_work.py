"""One transaction, and the events of what was touched in it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.events import Event


class Repository[E: Entity](Protocol):
    """What services ask of storage; discarded entities are never found."""

    async def get(self, entity_id: str) -> E:
        """The entity; raises `NotFoundError`."""
        ...

    async def hold(self, entity_id: str) -> E:
        """The entity, which no other unit of work can change before this one ends; raises `NotFoundError`."""
        ...

    async def find(self, entity_id: str) -> E | None:
        """The entity or None."""
        ...

    async def get_many(self, entity_ids: Sequence[str]) -> list[E]:
        """Those of the entities that exist, by id, in one statement."""
        ...

    async def query(self, filters: Mapping[str, object] | None = None) -> list[E]:
        """The entities that the filters let through, sorted and cut as they say; 422 for a filter it can't apply."""
        ...

    async def add(self, entity: E) -> None:
        """Store a new entity; raises `ConflictError` when it exists."""
        ...

    async def add_all(self, entities: Sequence[E]) -> None:
        """Store new entities in one statement."""
        ...

    async def save(self, entity: E) -> None:
        """Store the changes of an entity got here before; raises `StaleVersionError` if another was faster."""
        ...


class UnitOfWork(ABC):
    """`async with` opens it; leaving without `commit()` rolls everything back.

    With `holds`, set before it is opened, entities are locked when they are got: no other unit of work can change them
    before this one ends.
    """

    holds = False

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._close(error)

    @abstractmethod
    async def _open(self) -> None: ...

    @abstractmethod
    async def _close(self, error: BaseException | None) -> None:
        """Roll back what is not committed and give the connection back."""

    @abstractmethod
    async def commit(self) -> None:
        """Make everything durable."""

    @abstractmethod
    def release_events(self) -> tuple[Event, ...]:
        """The events of everything that was added, got or saved here, each returned once."""
