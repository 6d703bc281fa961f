"""What happens to users."""

from dataclasses import dataclass

from src.contexts.shared_kernel.domain.events import Event


@dataclass(frozen=True, slots=True)
class UserChanged(Event):
    """A user was created or deleted, or has other roles than before."""

    user_id: str


@dataclass(frozen=True, slots=True)
class AccessLost(Event):
    """A user has no role any more, so that all its logins end."""

    user_id: str
