"""What users may do in this context."""

from src.contexts.iam.core.domain.role import ADMINISTRATOR, Role
from src.contexts.iam.core.domain.user import User
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedUser

_IAM = "iam"


def require_user_manager(user: SeedUser) -> None:
    """Raise `PermissionError` unless the user manages users."""
    if not user.has_permission(_IAM, Permission.MANAGE_USERS):
        raise PermissionError("The user may not manage users.")


def require_role_manager(user: SeedUser) -> None:
    """Raise `PermissionError` unless the user manages roles; `require_giver` says which ones."""
    if not user.has_permission(_IAM, Permission.MANAGE_ROLES):
        raise PermissionError("The user may not manage roles.")


def require_reader(user: SeedUser, user_id: str) -> None:
    """Raise `PermissionError` unless the user asks about itself or manages users."""
    if not (user.has_permission(_IAM, Permission.MANAGE_USERS) or user.id == user_id):
        raise PermissionError("The user may not see other users.")


def require_giver(actor: User, role: Role) -> None:
    """Raise `PermissionError` unless the actor may give and take the role.

    Beside manage_roles the actor needs the role itself, or is an administrator of IAM or of the role's context:
    otherwise a role manager could give itself every right.
    """
    if not _has(actor, Permission.MANAGE_ROLES):
        raise PermissionError("The user may not manage roles.")
    if actor.roles.isdisjoint({role, Role(role.context, ADMINISTRATOR), Role(_IAM, ADMINISTRATOR)}):
        raise PermissionError("The user may not give or take a role that it does not have.")


def require_deleter(actor: User, user: User) -> None:
    """Raise `PermissionError` unless the actor manages users and, for an administrator, is one there or of IAM."""
    if not _has(actor, Permission.MANAGE_USERS):
        raise PermissionError("The user may not manage users.")
    administered = {role for role in user.roles if role.name == ADMINISTRATOR}
    if administered - actor.roles and Role(_IAM, ADMINISTRATOR) not in actor.roles:
        raise PermissionError("The user may not delete an administrator.")


def _has(actor: User, permission: Permission) -> bool:
    return any(role.context == _IAM and permission in role.permissions for role in actor.roles)
