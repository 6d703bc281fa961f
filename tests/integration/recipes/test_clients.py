"""Clients and their menus, which follow the meals."""

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
from src.contexts.recipes_catalog.aws_lambda.meal import delete_meal, update_meal
from src.contexts.recipes_catalog.aws_lambda.recipe import create_recipe, delete_recipe, update_recipe
from src.contexts.recipes_catalog.core.domain.menu import Menu
from tests.integration.recipes.kit import (
    CLIENT_MANAGER,
    NOBODY,
    NUTRITIONIST,
    a_client,
    a_meal,
    a_menu,
    a_recipe,
    created,
    delete,
    get,
    post,
    put,
    rice,
    slot,
    the_client,
    the_meal,
)

pytestmark = pytest.mark.usefixtures("database")

CLIENT = {
    "profile": {"name": "Ana Souza", "birthday": "1990-02-28", "sex": "female"},
    "contact_info": {"main_email": "ana@example.com", "all_phones": ["+55 41 99999-0000"]},
    "address": {"city": "Curitiba", "country": "BR"},
    "tags": [{"key": "goal", "value": "strength"}],
    "notes": "n",
    "onboarding_data": {"answers": [1, None, {"a": "b"}]},
}


def test_a_client_comes_back_as_sent() -> None:
    found = the_client(created(post(create_client, NUTRITIONIST, {**CLIENT, "author_id": NOBODY}), "client_id"))
    assert found["author_id"] == NUTRITIONIST
    for name in ("profile", "notes", "onboarding_data"):
        assert found[name] == CLIENT[name]
    assert found["contact_info"]["main_email"] == "ana@example.com"
    assert found["address"]["city"] == "Curitiba"
    assert found["tags"] == [{"key": "goal", "value": "strength", "author_id": NUTRITIONIST, "type": "client"}]
    assert (found["menus"], found["version"]) == ([], 1)


def test_changing_a_client_changes_what_was_sent() -> None:
    client_id = a_client(**CLIENT)
    changes = {"profile": {"name": "Bea"}, "address": None, "profile_of_others": 1, "version": 1}
    assert put(update_client, CLIENT_MANAGER, changes, client_id=client_id).status == 200
    found = the_client(client_id)
    assert (found["profile"]["name"], found["address"], found["notes"]) == ("Bea", None, "n")
    assert (found["author_id"], found["version"]) == (NUTRITIONIST, 2)
    assert [one["id"] for one in get(fetch_client, NUTRITIONIST, f"name=Bea&id={client_id}").json] == [client_id]
    assert put(update_client, NUTRITIONIST, changes, client_id=client_id).status == 409
    assert put(update_client, NUTRITIONIST, {"profile": None}, client_id=client_id).status == 200
    assert the_client(client_id)["profile"]["name"] == "Bea"


def test_ids_in_path_and_body_agree() -> None:
    client_id = a_client()
    menu_id = a_menu(client_id)
    path = {"client_id": client_id, "menu_id": menu_id}
    for name in ("id", "client_id"):
        assert put(update_client, NUTRITIONIST, {name: NOBODY}, client_id=client_id).status == 422
    assert post(create_menu, NUTRITIONIST, {"client_id": NOBODY}, client_id=client_id).status == 422
    for name in ("id", "menu_id", "client_id"):
        assert put(update_menu, NUTRITIONIST, {name: NOBODY}, **path).status == 422
    assert put(update_menu, NUTRITIONIST, {"id": menu_id, **path}, **path).status == 200


def test_a_deleted_client_takes_the_menus_along_and_leaves_the_meals() -> None:
    client_id, meal_id = a_client(), a_meal(NUTRITIONIST)
    menu_id = a_menu(client_id, meal_id)
    put(update_meal, NUTRITIONIST, {"menu_id": menu_id}, meal_id=meal_id)
    version = the_meal(meal_id, NUTRITIONIST)["version"]
    assert delete(delete_client, NUTRITIONIST, client_id=client_id).status == 200
    assert get(get_client_by_id, NUTRITIONIST, client_id=client_id).status == 404
    assert put(update_client, NUTRITIONIST, {}, client_id=client_id).status == 404
    assert delete(delete_client, NUTRITIONIST, client_id=client_id).status == 404
    assert delete(delete_menu, NUTRITIONIST, client_id=client_id, menu_id=menu_id).status == 404
    left = the_meal(meal_id, NUTRITIONIST)
    # Who read the meal before may still save it.
    assert (left["menu_id"], left["version"]) == (None, version)


def test_a_menu_keeps_a_copy_of_each_meal() -> None:
    client_id = a_client()
    meal_id = a_meal(NUTRITIONIST, recipes=[{"name": "Rice", "ingredients": [rice()]}])
    menu_id = a_menu(client_id, *([meal_id] * 14), description="Two weeks", tags=[{"key": "a", "value": "b"}])

    (menu,) = the_client(client_id)["menus"]
    assert (menu["id"], menu["client_id"], menu["author_id"]) == (menu_id, client_id, NUTRITIONIST)
    assert (menu["description"], menu["tags"][0]["type"], len(menu["meals"])) == ("Two weeks", "menu", 14)
    first, last = menu["meals"][0], menu["meals"][-1]
    assert (first["week"], first["weekday"], first["hour"], first["meal_type"]) == (1, "monday", "12:30", "lunch")
    assert (last["week"], last["weekday"]) == (2, "sunday")
    assert (first["meal_id"], first["meal_name"]) == (meal_id, "Lunch")
    assert first["nutri_facts"]["calories"]["value"] == pytest.approx(144)
    (listed,) = get(fetch_client, NUTRITIONIST, f"id={client_id}").json
    assert listed["menu_ids"] == [menu_id]


def on_menu(client_id: str) -> list[tuple[str, float | None]]:
    (menu,) = the_client(client_id)["menus"]
    return [(one["meal_name"], (one["nutri_facts"] or {}).get("calories", {}).get("value")) for one in menu["meals"]]


def test_a_menu_follows_whatever_changes_its_meals() -> None:
    client_id, meal_id, other = a_client(), a_meal(NUTRITIONIST), a_meal(NUTRITIONIST, name="Other")
    a_menu(client_id, meal_id, other, meal_id)
    assert on_menu(client_id) == [("Lunch", None), ("Other", None), ("Lunch", None)]

    put(update_meal, NUTRITIONIST, {"name": "Dinner"}, meal_id=meal_id)
    assert on_menu(client_id) == [("Dinner", None), ("Other", None), ("Dinner", None)]
    recipe_id = a_recipe(NUTRITIONIST, meal_id=meal_id)
    assert on_menu(client_id)[2] == ("Dinner", pytest.approx(144))
    put(update_recipe, NUTRITIONIST, {"ingredients": [rice(200)]}, id=recipe_id)
    assert on_menu(client_id)[0] == ("Dinner", pytest.approx(288))
    delete(delete_recipe, NUTRITIONIST, id=recipe_id)
    assert on_menu(client_id)[0] == ("Dinner", None)
    delete(delete_meal, NUTRITIONIST, meal_id=meal_id)
    assert on_menu(client_id) == [("Other", None)]


def test_a_menu_that_follows_its_meals_may_still_be_saved_by_its_reader() -> None:
    client_id, meal_id, other = a_client(), a_meal(NUTRITIONIST), a_meal(NUTRITIONIST)
    path = {"client_id": client_id, "menu_id": a_menu(client_id, meal_id, other)}
    read = the_client(client_id)["menus"][0]
    put(update_meal, NUTRITIONIST, {"notes": "x"}, meal_id=meal_id)
    put(update_meal, NUTRITIONIST, {"name": "Dinner"}, meal_id=meal_id)
    delete(delete_meal, NUTRITIONIST, meal_id=other)
    assert put(update_menu, NUTRITIONIST, {"description": "d", "version": read["version"]}, **path).status == 200
    (menu,) = the_client(client_id)["menus"]
    assert ([one["meal_name"] for one in menu["meals"]], menu["description"]) == (["Dinner"], "d")
    # Another user's change of the menu itself is a conflict, as before.
    assert put(update_menu, NUTRITIONIST, {"description": "e", "version": read["version"]}, **path).status == 409


def test_a_meal_changes_only_together_with_the_menus_that_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the menu's table is on fire")

    client_id, meal_id = a_client(), a_meal(NUTRITIONIST)
    a_menu(client_id, meal_id)
    monkeypatch.setattr(Menu, "follow", fail)
    assert put(update_meal, NUTRITIONIST, {"name": "Dinner"}, meal_id=meal_id).status == 500
    monkeypatch.undo()
    assert the_meal(meal_id, NUTRITIONIST)["name"] == "Lunch"
    assert on_menu(client_id) == [("Lunch", None)]


def test_changing_a_menu() -> None:
    client_id, meal_id = a_client(), a_meal(NUTRITIONIST)
    path = {"client_id": client_id, "menu_id": a_menu(client_id, meal_id, description="d")}
    assert put(update_menu, NUTRITIONIST, {"tags": [{"key": "a", "value": "b"}], "version": 1}, **path).status == 200
    (menu,) = the_client(client_id)["menus"]
    assert (menu["description"], len(menu["meals"]), menu["tags"][0]["value"]) == ("d", 1, "b")
    changes = {"description": None, "meals": [slot(meal_id, 8), slot(meal_id, 2)], "version": 2}
    assert put(update_menu, NUTRITIONIST, changes, **path).status == 200
    (menu,) = the_client(client_id)["menus"]
    assert menu["description"] is None
    assert [(one["week"], one["weekday"]) for one in menu["meals"]] == [(2, "tuesday"), (1, "wednesday")]
    assert put(update_menu, NUTRITIONIST, changes, **path).status == 409


def test_a_menu_belongs_to_its_client() -> None:
    client_id, stranger = a_client(), a_client()
    menu_id = a_menu(client_id)
    wrong = {"client_id": stranger, "menu_id": menu_id}
    assert put(update_menu, NUTRITIONIST, {}, **wrong).status == 404
    assert delete(delete_menu, NUTRITIONIST, **wrong).status == 404
    assert post(create_menu, NUTRITIONIST, {}, client_id=NOBODY).status == 404
    assert delete(delete_menu, NUTRITIONIST, client_id=client_id, menu_id=menu_id).status == 200
    assert the_client(client_id)["menus"] == []


def test_a_menu_without_a_body_is_empty() -> None:
    client_id = a_client()
    created(post(create_menu, NUTRITIONIST, None, client_id=client_id), "menu_id")
    assert the_client(client_id)["menus"][0]["meals"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"week": 0}, "meals.0.week"),
        ({"weekday": "someday"}, "meals.0.weekday"),
        ({"hour": "24:00"}, "meals.0.hour"),
        ({"meal_type": ""}, "meals.0.meal_type"),
        ({"meal_id": NOBODY}, "meals.0.meal_id"),
    ],
)
def test_slots_that_are_not_acceptable(changes: dict[str, object], field: str) -> None:
    body = {"meals": [{**slot(a_meal(NUTRITIONIST)), **changes}]}
    answer = post(create_menu, NUTRITIONIST, body, client_id=a_client())
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


def test_a_recipe_for_a_deleted_meal_is_refused() -> None:
    meal_id = a_meal(NUTRITIONIST)
    delete(delete_meal, NUTRITIONIST, meal_id=meal_id)
    assert post(create_recipe, NUTRITIONIST, {"meal_id": meal_id, "name": "x"}).status == 404
    client_id = a_client()
    assert post(create_menu, NUTRITIONIST, {"meals": [slot(meal_id)]}, client_id=client_id).status == 422
