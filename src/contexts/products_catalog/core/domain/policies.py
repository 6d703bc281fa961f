"""What users may do in this context."""

from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedUser


def require_product_manager(user: SeedUser) -> None:
    """Raise `PermissionError` unless the user manages products."""
    if not user.has_permission(Permission.MANAGE_PRODUCTS):
        raise PermissionError("The user may not manage products.")
