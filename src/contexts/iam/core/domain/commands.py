"""What can be done with users."""

from dataclasses import dataclass

from src.contexts.iam.core.domain.role import Role
from src.contexts.shared_kernel.domain.commands import Command


@dataclass(frozen=True, slots=True)
class CreateUser(Command):
    """Make a user known; a conflict for an id that was ever known."""

    user_id: str


@dataclass(frozen=True, slots=True)
class DeleteUser(Command):
    """The actor takes all roles and logins from a user; what the user has written stays."""

    actor_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class AssignRole(Command):
    """The actor gives a user a role; nothing happens when the user has it."""

    actor_id: str
    user_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class RemoveRole(Command):
    """The actor takes a role from a user."""

    actor_id: str
    user_id: str
    role: Role
