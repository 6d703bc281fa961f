"""Roles as JSON."""

from typing import Annotated

from pydantic import Field

from src.contexts.iam.core.domain.role import Role
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel, ApiRequest


class ApiRole(ApiModel):
    """A role of a context and what it allows there."""

    context: str
    name: str
    permissions: list[str]

    @classmethod
    def from_domain(cls, role: Role) -> "ApiRole":
        """The role for a client."""
        permissions = sorted(permission.value for permission in role.permissions)
        return cls(context=role.context, name=role.name, permissions=permissions)


class ApiAssignRole(ApiRequest):
    """The role that a user shall have."""

    context: Annotated[str, Field(min_length=1, max_length=50, description="The context that the role is of.")]
    name: Annotated[str, Field(min_length=1, max_length=50, description="The role, one of those of GET /roles.")]

    def to_domain(self) -> Role:
        """The role; raises `BadValue` for one that does not exist."""
        return Role(context=self.context, name=self.name)
