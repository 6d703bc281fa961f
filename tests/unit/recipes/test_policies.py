"""What users may see and change, rule by rule."""

from collections.abc import Callable

import pytest

from src.contexts.recipes_catalog.core.domain.labels import KnownTag
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.recipes_catalog.core.domain.menu import Menu, Slot
from src.contexts.recipes_catalog.core.domain.policies import (
    Access,
    client_access,
    may_see_tag,
    meal_access,
    menu_placer,
    own_access,
    recipe_access,
    require_client_manager,
    require_menu_manager,
)
from src.contexts.recipes_catalog.core.domain.recipe import Recipe
from src.contexts.shared_kernel.domain.measures import Privacy, Weekday
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedRole, SeedUser
from tests.unit.recipes.kit import meal

EVERYTHING = frozenset(Permission)


def user(*permissions: Permission, user_id: str = "u") -> SeedUser:
    return SeedUser(user_id, frozenset({SeedRole("r", "recipes_catalog", frozenset(permissions))}))


def recipe(author_id: str, privacy: Privacy = Privacy.PRIVATE) -> Recipe:
    return Recipe(id="r", name="Dish", author_id=author_id, meal_id="m", privacy=privacy)


@pytest.mark.parametrize(
    ("access_of", "permission"),
    [
        (meal_access, Permission.MANAGE_MEALS),
        (recipe_access, Permission.MANAGE_RECIPES),
        (client_access, Permission.MANAGE_CLIENTS),
    ],
)
def test_things_are_their_authors_and_the_managers(
    access_of: Callable[[SeedUser], Access], permission: Permission
) -> None:
    own, manager, other = user(), user(permission), user(*(EVERYTHING - {permission}))
    foreign = meal("another")
    for access in (access_of(own), access_of(other)):
        access.require(meal("u"))
        assert access.author_id == "u"
        with pytest.raises(PermissionError):
            access.require(foreign)
    access_of(manager).require(foreign)
    assert access_of(manager).author_id is None
    with pytest.raises(PermissionError):
        access_of(manager).require_author(foreign)


def test_a_shopping_list_is_for_the_menus_author_alone() -> None:
    menu = Menu(id="m", client_id="c", author_id="u")
    own_access(user()).require(menu)
    with pytest.raises(PermissionError):
        own_access(user(*EVERYTHING, user_id="manager")).require(menu)


def test_private_recipes_are_seen_by_author_and_manager() -> None:
    seen = recipe_access(user())
    assert seen.may_see(recipe("u"))
    assert seen.may_see(recipe("another", Privacy.PUBLIC))
    assert not seen.may_see(recipe("another"))
    assert recipe_access(user(Permission.MANAGE_RECIPES)).may_see(recipe("another"))
    assert not recipe_access(user(Permission.MANAGE_MEALS)).may_see(recipe("another"))
    with pytest.raises(PermissionError):
        seen.require_visible(recipe("another"))


@pytest.mark.parametrize(
    ("require", "permission"),
    [
        (require_client_manager, Permission.MANAGE_CLIENTS),
        (require_menu_manager, Permission.MANAGE_MENUS),
        (menu_placer, Permission.MANAGE_MENUS),
    ],
)
def test_clients_and_menus_are_written_by_their_managers(
    require: Callable[[SeedUser], object], permission: Permission
) -> None:
    require(user(permission))
    with pytest.raises(PermissionError):
        require(user(*(EVERYTHING - {permission})))


def test_meals_of_others_are_placed_by_managers_of_meals_or_stay() -> None:
    foreign, menu = meal("another"), Menu(id="m", client_id="c", author_id="u")
    placer = menu_placer(user(Permission.MANAGE_MENUS))
    placer.require_meals([Meal(id="own", name="Lunch", author_id="u")], menu)
    with pytest.raises(PermissionError):
        placer.require_meals([foreign], menu)
    menu_placer(user(Permission.MANAGE_MENUS, Permission.MANAGE_MEALS)).require_meals([foreign], menu)
    menu.place((Slot(foreign.id, 1, Weekday.MONDAY, "lunch"),), {foreign.id: foreign})
    placer.require_meals([foreign], menu)


@pytest.mark.parametrize(
    ("kind", "permissions"),
    [
        ("client", {Permission.MANAGE_CLIENTS}),
        ("menu", {Permission.MANAGE_CLIENTS, Permission.MANAGE_MENUS}),
        ("recipe", {Permission.MANAGE_RECIPES}),
    ],
)
def test_tags_are_seen_by_those_who_see_the_things(kind: str, permissions: set[Permission]) -> None:
    foreign = KnownTag(id="t", key="k", value="v", author_id="another", type=kind)
    own = KnownTag(id="t", key="k", value="v", author_id="u", type=kind)
    blind = user(*(EVERYTHING - permissions))
    assert may_see_tag(blind, own, on_public_recipe=False)
    assert not may_see_tag(blind, foreign, on_public_recipe=False)
    for permission in permissions:
        assert may_see_tag(user(permission), foreign, on_public_recipe=False)


def test_tags_on_public_recipes_and_on_meals_are_seen_by_all() -> None:
    for kind, public in (("recipe", True), ("meal", False)):
        tag = KnownTag(id="t", key="k", value="v", author_id="another", type=kind)
        assert may_see_tag(user(), tag, on_public_recipe=public)
