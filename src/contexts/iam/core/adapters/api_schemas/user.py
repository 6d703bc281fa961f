"""Users as JSON."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from src.contexts.iam.core.adapters.api_schemas.role import ApiRole
from src.contexts.iam.core.domain.user import User
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel, ApiRequest


class ApiUser(ApiModel):
    """A user with the roles of all contexts."""

    id: str
    roles: list[ApiRole]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def from_domain(cls, user: User) -> "ApiUser":
        """The user for a client."""
        return cls(
            id=user.id,
            roles=[ApiRole.from_domain(role) for role in sorted(user.roles)],
            created_at=user.created_at,
            updated_at=user.updated_at,
            version=user.version,
        )


class ApiCreateUser(ApiRequest):
    """A new user."""

    id: Annotated[
        str, Field(min_length=1, max_length=128, pattern=r"^[^\s/]+$", description="The `sub` that Cognito gave.")
    ]
