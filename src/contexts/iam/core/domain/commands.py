"""What can be done with users."""

from dataclasses import dataclass

from src.contexts.iam.core.domain.role import Role
from src.contexts.shared_kernel.domain.commands import Command


@dataclass(frozen=True, slots=True)
class CreateUser(Command):
    """Make a user known; a conflict when he is."""

    user_id: str


@dataclass(frozen=True, slots=True)
class AssignRole(Command):
    """Give a user a role; nothing happens when he has it."""

    user_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class RemoveRole(Command):
    """Take a role from a user."""

    user_id: str
    role: Role
