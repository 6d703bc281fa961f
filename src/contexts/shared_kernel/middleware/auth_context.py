"""The authenticated user of a request, which a handler reads from `event["_auth_context"]`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from src.contexts.shared_kernel.domain.errors import AuthenticationError
from src.contexts.shared_kernel.domain.seed_user import SeedUser


class UserProvider(Protocol):
    """The port to IAM: the user with its roles in one context.

    Returns None for a user whom IAM does not know; raises `DependencyUnavailable` when IAM cannot answer.
    """

    async def get_user(self, user_id: str, caller_context: str) -> SeedUser | None: ...


@dataclass(slots=True)
class AuthContext:
    """The authenticated user and the verified claims of its token. Each request has its own."""

    user_id: str
    user_roles: list[str]
    is_authenticated: bool
    user_object: SeedUser
    token_info: dict[str, Any] = field(default_factory=dict)


def claims_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims that the gateway's authorizer verified: REST (`authorizer.claims`) or HTTP API (`authorizer.jwt`)."""
    context = event.get("requestContext")
    authorizer = (context.get("authorizer") if context else None) or {}
    claims = authorizer.get("claims") or (authorizer.get("jwt") or {}).get("claims") or {}
    return claims if type(claims) is dict or isinstance(claims, Mapping) else {}


async def identify(
    users: UserProvider, event: Mapping[str, Any], caller_context: str, kind: type[AuthContext]
) -> AuthContext:
    """The user whom the claims name, as `caller_context` knows it; raises `AuthenticationError` for a stranger."""
    claims = claims_of(event)
    user_id = claims.get("sub")
    if not isinstance(user_id, str) or not user_id:
        raise AuthenticationError("Authentication is required.")
    user = await users.get_user(user_id, caller_context)
    if user is None:
        raise AuthenticationError("This user is not known here.")
    return kind(user.id, user.role_names(), True, user, dict(claims))
