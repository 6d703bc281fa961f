"""Each permission from both sides: who may, and who may not."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from src.contexts.recipes_catalog.aws_lambda.client import (
    create_client,
    create_menu,
    delete_client,
    delete_menu,
    fetch_client,
    get_client_by_id,
    update_client,
    update_menu,
)
from src.contexts.recipes_catalog.aws_lambda.meal import (
    copy_meal,
    delete_meal,
    fetch_meal,
    get_meal_by_id,
    update_meal,
)
from src.contexts.recipes_catalog.aws_lambda.recipe import (
    copy_recipe,
    create_recipe,
    delete_recipe,
    fetch_recipe,
    get_recipe_by_id,
    rate_recipe,
    update_recipe,
)
from src.contexts.recipes_catalog.aws_lambda.shopping_list import fetch_recipe as fetch_to_buy
from src.contexts.recipes_catalog.aws_lambda.shopping_list import get_shopping_list
from src.contexts.recipes_catalog.aws_lambda.tag import fetch_tag, get_tag_by_id
from tests.integration.recipes.kit import (
    AUTHOR,
    CLIENT_MANAGER,
    MEAL_MANAGER,
    MENU_MANAGER,
    NOBODY,
    NUTRITIONIST,
    OTHER,
    RECIPE_MANAGER,
    a_client,
    a_meal,
    a_menu,
    a_recipe,
    delete,
    get,
    post,
    put,
    slot,
)
from tests.support.rest import Answer, invoke

pytestmark = pytest.mark.usefixtures("database")

RATING = {"taste": 3, "convenience": 3}


@dataclass(frozen=True)
class Door:
    """A handler, those for whom it opens, those who are sent away; what `thing` makes is the path and the body."""

    module: ModuleType
    method: str
    opens: tuple[str, ...]
    thing: Callable[[], tuple[dict[str, str], Any]]
    shut: tuple[str, ...]

    def knock(self, user: str, path: dict[str, str], body: Any) -> Answer:
        return invoke(self.module, method=self.method, user_id=user, parameters=path, body=body)


def recipe_path(**fields: Any) -> dict[str, str]:
    return {"id": a_recipe(AUTHOR, **fields)}


def meal_path() -> dict[str, str]:
    return {"meal_id": a_meal(AUTHOR)}


def client_path() -> dict[str, str]:
    return {"client_id": a_client(NUTRITIONIST)}


def menu_path() -> dict[str, str]:
    client_id = a_client(NUTRITIONIST)
    return {"client_id": client_id, "menu_id": a_menu(client_id)}


RECIPES = (AUTHOR, RECIPE_MANAGER, MEAL_MANAGER), (OTHER, CLIENT_MANAGER, MENU_MANAGER)
MEALS = (AUTHOR, MEAL_MANAGER), (OTHER, RECIPE_MANAGER, CLIENT_MANAGER)
CLIENTS = (NUTRITIONIST, CLIENT_MANAGER), (AUTHOR, MEAL_MANAGER, MENU_MANAGER)
MENUS = (NUTRITIONIST, MENU_MANAGER), (AUTHOR, MEAL_MANAGER)

DOORS = [
    Door(get_recipe_by_id, "GET", RECIPES[0], lambda: (recipe_path(), None), RECIPES[1]),
    Door(get_recipe_by_id, "GET", (OTHER,), lambda: (recipe_path(privacy="public"), None), ()),
    Door(create_recipe, "POST", RECIPES[0], lambda: ({}, {"name": "x", **meal_path()}), RECIPES[1]),
    Door(update_recipe, "PUT", RECIPES[0], lambda: (recipe_path(privacy="public"), {"name": "x"}), RECIPES[1]),
    Door(delete_recipe, "DELETE", RECIPES[0], lambda: (recipe_path(privacy="public"), None), RECIPES[1]),
    Door(rate_recipe, "POST", RECIPES[0], lambda: (recipe_path(), RATING), RECIPES[1]),
    Door(rate_recipe, "POST", (OTHER,), lambda: (recipe_path(privacy="public"), RATING), ()),
    # Into a meal only its author copies, whatever else he may do.
    Door(
        copy_recipe,
        "POST",
        (AUTHOR,),
        lambda: ({}, {"recipe_id": a_recipe(OTHER, privacy="public"), **meal_path()}),
        (OTHER, MEAL_MANAGER, RECIPE_MANAGER),
    ),
    Door(copy_recipe, "POST", (), lambda: ({}, {"recipe_id": a_recipe(OTHER), **meal_path()}), (AUTHOR,)),
    Door(
        copy_recipe,
        "POST",
        (RECIPE_MANAGER,),
        lambda: ({}, {"recipe_id": a_recipe(AUTHOR), "meal_id": a_meal(RECIPE_MANAGER)}),
        (),
    ),
    Door(get_meal_by_id, "GET", MEALS[0], lambda: (meal_path(), None), MEALS[1]),
    Door(update_meal, "PUT", MEALS[0], lambda: (meal_path(), {"name": "x"}), MEALS[1]),
    Door(delete_meal, "DELETE", MEALS[0], lambda: (meal_path(), None), MEALS[1]),
    Door(copy_meal, "POST", MEALS[0], lambda: ({}, meal_path()), MEALS[1]),
    Door(get_client_by_id, "GET", CLIENTS[0], lambda: (client_path(), None), CLIENTS[1]),
    Door(create_client, "POST", CLIENTS[0], lambda: ({}, {"profile": {"name": "Ana"}}), CLIENTS[1]),
    Door(update_client, "PUT", CLIENTS[0], lambda: (client_path(), {"notes": "x"}), CLIENTS[1]),
    Door(delete_client, "DELETE", CLIENTS[0], lambda: (client_path(), None), CLIENTS[1]),
    Door(create_menu, "POST", MENUS[0], lambda: (client_path(), {}), MENUS[1]),
    Door(update_menu, "PUT", MENUS[0], lambda: (menu_path(), {"description": "x"}), MENUS[1]),
    Door(delete_menu, "DELETE", MENUS[0], lambda: (menu_path(), None), MENUS[1]),
    Door(
        get_shopping_list,
        "GET",
        (NUTRITIONIST,),
        lambda: ({"menu_id": menu_path()["menu_id"]}, None),
        (AUTHOR, CLIENT_MANAGER, MENU_MANAGER),
    ),
]


def name_of(door: Door) -> str:
    return door.module.__name__.rpartition(".")[2]


@pytest.mark.parametrize("door", DOORS, ids=name_of)
def test_the_door_opens_for_some_and_stays_shut_for_others(door: Door) -> None:
    for user in door.opens:
        answer = door.knock(user, *door.thing())
        assert answer.status in (200, 201), (user, answer.body)
    path, body = door.thing() if door.shut else ({}, None)
    for user in door.shut:
        answer = door.knock(user, path, body)
        assert (answer.status, answer.json["error_type"]) == (403, "authorization_error"), user


@pytest.mark.parametrize(
    "module",
    [door.module for door in DOORS] + [fetch_recipe, fetch_meal, fetch_client, fetch_tag, get_tag_by_id, fetch_to_buy],
    ids=lambda module: module.__name__.rpartition(".")[2],
)
def test_strangers_get_in_nowhere(module: ModuleType) -> None:
    for stranger in (None, NOBODY):
        answer = invoke(module, user_id=stranger, body={})
        assert (answer.status, answer.json["error_type"]) == (401, "authentication_error")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_private_recipes_of_others_are_left_out_of_lists() -> None:
    meal_id = a_meal()
    private, public = a_recipe(meal_id=meal_id), a_recipe(meal_id=meal_id, privacy="public")
    for module in (fetch_recipe, fetch_to_buy):
        for user, seen in ((AUTHOR, {private, public}), (RECIPE_MANAGER, {private, public}), (OTHER, {public})):
            assert {one["id"] for one in get(module, user, f"meal_id={meal_id}").json} == seen


def test_a_list_of_meals_and_clients_has_the_users_own_and_for_managers_all() -> None:
    mine, his = a_meal(AUTHOR), a_meal(OTHER)
    query = f"id={mine}|{his}"
    for user, seen in ((AUTHOR, {mine}), (OTHER, {his}), (RECIPE_MANAGER, set()), (MEAL_MANAGER, {mine, his})):
        assert {one["id"] for one in get(fetch_meal, user, query).json} == seen
    # Naming another author is no way around.
    assert get(fetch_meal, AUTHOR, f"author_id={OTHER}").json == []

    client_id = a_client(NUTRITIONIST)
    for user, ids in ((NUTRITIONIST, [client_id]), (CLIENT_MANAGER, [client_id]), (AUTHOR, []), (MEAL_MANAGER, [])):
        assert [one["id"] for one in get(fetch_client, user, f"id={client_id}").json] == ids


def assert_tag_is_seen(key: str, author: str, by: tuple[str, ...], hidden: tuple[str, ...]) -> None:
    (tag,) = get(fetch_tag, author, f"key={key}").json
    for user, seen, status in [(one, [tag], 200) for one in (author, *by)] + [(one, [], 403) for one in hidden]:
        assert get(fetch_tag, user, f"key={key}").json == seen, user
        assert get(get_tag_by_id, user, tag_id=tag["id"]).status == status, user


def test_tags_of_clients_are_their_authors_and_the_managers() -> None:
    a_client(NUTRITIONIST, tags=[{"key": "condition", "value": "diabetes"}])
    assert_tag_is_seen("condition", NUTRITIONIST, (CLIENT_MANAGER,), (AUTHOR, MENU_MANAGER, MEAL_MANAGER))


def test_tags_of_menus_are_their_authors_and_the_managers() -> None:
    a_menu(a_client(NUTRITIONIST), tags=[{"key": "purpose", "value": "diabetes"}])
    assert_tag_is_seen("purpose", NUTRITIONIST, (CLIENT_MANAGER, MENU_MANAGER), (AUTHOR, RECIPE_MANAGER))


def test_tags_of_recipes_are_seen_while_one_of_these_is_public() -> None:
    tags = [{"key": "secret", "value": "sauce"}]
    recipe_id, _ = a_recipe(AUTHOR, tags=tags), a_recipe(OTHER, tags=[{"key": "x", "value": "y"}], privacy="public")
    managers, others = (RECIPE_MANAGER, MEAL_MANAGER), (OTHER, MENU_MANAGER)
    assert_tag_is_seen("secret", AUTHOR, managers, others)
    # The same words on a public recipe of another author are another tag.
    public = a_recipe(OTHER, tags=tags, privacy="public")
    assert [tag["author_id"] for tag in get(fetch_tag, MENU_MANAGER, "key=secret").json] == [OTHER]
    delete(delete_recipe, OTHER, id=public)
    assert put(update_recipe, AUTHOR, {"privacy": "public"}, id=recipe_id).status == 200
    (tag,) = get(fetch_tag, MENU_MANAGER, "key=secret").json
    assert get(get_tag_by_id, MENU_MANAGER, tag_id=tag["id"]).status == 200
    delete(delete_recipe, AUTHOR, id=recipe_id)
    assert get(fetch_tag, MENU_MANAGER, "key=secret").json == []


def test_recipes_to_buy_by_menu_are_for_its_author() -> None:
    foreign, own = (
        a_menu(a_client(NUTRITIONIST), a_meal(NUTRITIONIST)),
        a_menu(a_client(CLIENT_MANAGER), user=MENU_MANAGER),
    )
    for user in (AUTHOR, CLIENT_MANAGER, MENU_MANAGER):
        for query in (f"menu_id={foreign}", f"menu-id={foreign.upper()}", f"menu_id={own}|{foreign}"):
            answer = get(fetch_to_buy, user, query)
            assert (answer.status, answer.json["error_type"]) == (403, "authorization_error")
    assert get(fetch_to_buy, NUTRITIONIST, f"menu_id={foreign}").status == 200


def test_a_menu_takes_meals_of_others_only_from_who_manages_meals() -> None:
    foreign, own, client_id = a_meal(AUTHOR), a_meal(NUTRITIONIST), a_client()
    assert post(create_menu, NUTRITIONIST, {"meals": [slot(foreign)]}, client_id=client_id).status == 403
    menu_id = a_menu(client_id, own)
    path = {"client_id": client_id, "menu_id": menu_id}
    assert put(update_menu, NUTRITIONIST, {"meals": [slot(foreign)]}, **path).status == 403
    # What stands there already may stay when another changes the menu.
    assert put(update_menu, MENU_MANAGER, {"meals": [slot(own), slot(own, 1)]}, **path).status == 200


def test_a_manager_writes_in_the_name_of_the_meals_author() -> None:
    meal_id = a_meal(AUTHOR)
    recipe_id = a_recipe(RECIPE_MANAGER, meal_id=meal_id, tags=[{"key": "a", "value": "b"}])
    found = get(get_recipe_by_id, AUTHOR, id=recipe_id).json
    assert (found["author_id"], found["tags"][0]["author_id"]) == (AUTHOR, AUTHOR)
