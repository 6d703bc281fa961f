"""What users may see and change in this context: each right is stated here, once.

A function makes the right of a user; a command carries it, and its handler asks it about the thing that it has loaded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from src.contexts.recipes_catalog.core.domain.client import CLIENT
from src.contexts.recipes_catalog.core.domain.labels import KnownTag
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.recipes_catalog.core.domain.menu import MENU, Menu
from src.contexts.recipes_catalog.core.domain.recipe import RECIPE, Recipe
from src.contexts.shared_kernel.domain.measures import Privacy
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedUser


class Authored(Protocol):
    """Anything that a user has written."""

    @property
    def author_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Access:
    """The right of a user to its own things of one kind, or with `everything` to those of all users."""

    user_id: str
    everything: bool = False

    @property
    def author_id(self) -> str | None:
        """Whose things a list shows; None for those of all users."""
        return None if self.everything else self.user_id

    def require(self, thing: Authored) -> None:
        """Raise `PermissionError` for what the user may not change, nor read where only the author reads."""
        if not self.everything:
            self.require_author(thing)

    def require_author(self, thing: Authored) -> None:
        """Raise `PermissionError` for what another user has written."""
        if thing.author_id != self.user_id:
            raise PermissionError("This belongs to another user.")


@dataclass(frozen=True, slots=True)
class RecipeAccess(Access):
    """The right to change recipes; public ones are seen by all users."""

    def may_see(self, recipe: Recipe) -> bool:
        """Whether the recipe is public, the user's own, or one of those that the user manages."""
        return self.everything or recipe.privacy is Privacy.PUBLIC or recipe.author_id == self.user_id

    def require_visible(self, recipe: Recipe) -> None:
        """Raise `PermissionError` for a private recipe of another user."""
        if not self.may_see(recipe):
            raise PermissionError("The recipe is private.")


@dataclass(frozen=True, slots=True)
class Placer:
    """The right to write menus, with the user's own meals, or with `any_meal` those of all users."""

    user_id: str
    any_meal: bool = False

    def require_meals(self, meals: Iterable[Meal], menu: Menu) -> None:
        """Raise `PermissionError` for a meal of another user that is not on the menu already."""
        placed = {one.meal_id for one in menu.meals}
        if not self.any_meal and any(meal.author_id != self.user_id and meal.id not in placed for meal in meals):
            raise PermissionError("The user may not use meals of others.")


def meal_access(user: SeedUser) -> Access:
    """Meals are read and changed by their author, and by users who manage meals."""
    return Access(user.id, user.has_permission(Permission.MANAGE_MEALS))


def recipe_access(user: SeedUser) -> RecipeAccess:
    """Recipes are changed by their author, and by users who manage recipes."""
    return RecipeAccess(user.id, user.has_permission(Permission.MANAGE_RECIPES))


def client_access(user: SeedUser) -> Access:
    """Clients are read by their author, and by users who manage clients."""
    return Access(user.id, user.has_permission(Permission.MANAGE_CLIENTS))


def own_access(user: SeedUser) -> Access:
    """What only its author may use: a menu as a shopping list."""
    return Access(user.id)


def require_client_manager(user: SeedUser) -> None:
    """Clients are written by users who manage clients; raises `PermissionError` for others."""
    if not user.has_permission(Permission.MANAGE_CLIENTS):
        raise PermissionError("The user may not manage clients.")


def require_menu_manager(user: SeedUser) -> None:
    """Menus are written by users who manage menus; raises `PermissionError` for others."""
    if not user.has_permission(Permission.MANAGE_MENUS):
        raise PermissionError("The user may not manage menus.")


def menu_placer(user: SeedUser) -> Placer:
    """The right to write menus; raises `PermissionError` for a user without it."""
    require_menu_manager(user)
    return Placer(user.id, user.has_permission(Permission.MANAGE_MEALS))


def hidden_tag_types(user: SeedUser) -> frozenset[str]:
    """The things whose tags only their author sees: a tag may tell of a client's health.

    A tag on recipes is seen by all users as long as one of the recipes is public.
    """
    clients = user.has_permission(Permission.MANAGE_CLIENTS)
    seen = {
        CLIENT: clients,
        MENU: clients or user.has_permission(Permission.MANAGE_MENUS),
        RECIPE: user.has_permission(Permission.MANAGE_RECIPES),
    }
    return frozenset(kind for kind, allowed in seen.items() if not allowed)


def may_see_tag(user: SeedUser, tag: KnownTag, *, on_public_recipe: bool) -> bool:
    """Whether the tag is the user's own, or on things that the user may see."""
    return tag.author_id == user.id or tag.type not in hidden_tag_types(user) or on_public_recipe
