"""Who may see what, where the answer is more than a permission."""

from src.contexts.recipes_catalog.core.domain.client import CLIENT
from src.contexts.recipes_catalog.core.domain.labels import KnownTag
from src.contexts.recipes_catalog.core.domain.recipe import Recipe
from src.contexts.shared_kernel.domain.measures import Privacy
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedUser


def may_see_recipe(user: SeedUser, recipe: Recipe) -> bool:
    """Public recipes are everybody's; a private one is its author's, and that of who manages recipes."""
    return (
        recipe.privacy is Privacy.PUBLIC
        or recipe.author_id == user.id
        or user.has_permission(Permission.MANAGE_RECIPES)
    )


def may_see_tag(user: SeedUser, tag: KnownTag) -> bool:
    """Tags are everybody's, except for what somebody wrote on clients: that may tell of their health."""
    return tag.type != CLIENT or tag.author_id == user.id or user.has_permission(Permission.MANAGE_CLIENTS)
