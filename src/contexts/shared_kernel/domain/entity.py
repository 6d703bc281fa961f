"""The base of everything that has an id and a history."""

from dataclasses import dataclass, field
from datetime import datetime

from src.contexts.shared_kernel.domain.errors import StaleVersionError
from src.contexts.shared_kernel.domain.events import Event
from src.contexts.shared_kernel.sources import utc_now


@dataclass(slots=True, kw_only=True, eq=False)
class Entity:
    """A thing with an identity: two are the same when their ids are.

    The repository writes `updated_at` and `version`; nothing else does.
    """

    id: str
    created_at: datetime = field(default_factory=utc_now)
    updated_at: datetime = field(default_factory=utc_now)
    version: int = 1
    discarded: bool = False
    _events: list[Event] = field(default_factory=list, init=False, repr=False)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Entity) and other.id == self.id

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    def record(self, event: Event) -> None:
        """Remember an event; the message bus runs its followers."""
        self._events.append(event)

    def release_events(self) -> tuple[Event, ...]:
        """The events recorded since the last call."""
        released = tuple(self._events)
        self._events.clear()
        return released

    def require_version(self, expected: int | None) -> None:
        """Raise `StaleVersionError` unless the writer has seen the present version; None asks for no check."""
        if expected is not None and expected != self.version:
            raise StaleVersionError(type(self).__name__, self.id)

    def discard(self) -> None:
        """Delete softly: no query finds the entity any more."""
        self.discarded = True
