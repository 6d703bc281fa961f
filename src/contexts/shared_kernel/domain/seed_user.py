"""The user as contexts other than IAM know it: an id and the roles that count in the asking context."""

from dataclasses import dataclass, field
from typing import overload


@dataclass(frozen=True, slots=True)
class SeedRole:
    """A role of one context with the values of the permissions that it grants."""

    name: str
    context: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class SeedUser:
    """A user's id (the Cognito `sub`) and roles."""

    id: str
    roles: frozenset[SeedRole] = field(default_factory=frozenset)

    @overload
    def has_permission(self, permission: str, /) -> bool: ...
    @overload
    def has_permission(self, context: str, permission: str, /) -> bool: ...
    def has_permission(self, first: str, second: str | None = None, /) -> bool:
        """Whether a role grants the permission; with two arguments, a role of the context that stands first."""
        if second is None:
            return any(first in role.permissions for role in self.roles)
        return any(role.context == first and second in role.permissions for role in self.roles)

    def role_names(self) -> list[str]:
        """The names of the roles, sorted."""
        return sorted({role.name for role in self.roles})
