"""What users of this context may do."""

from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedUser


def require_form_creator(user: SeedUser) -> None:
    """Raise `PermissionError` unless the user manages clients: a form sends their answers to this API."""
    if not user.has_permission(Permission.MANAGE_CLIENTS):
        raise PermissionError("The user may not manage clients.")
