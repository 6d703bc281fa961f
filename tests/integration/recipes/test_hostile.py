"""No input gives a 500: every handler, fed with what nobody should send."""

import json
from typing import Any

import pytest

from src.contexts.recipes_catalog.aws_lambda.client import (
    create_client,
    create_menu,
    delete_client,
    delete_menu,
    get_client_by_id,
    update_client,
    update_menu,
)
from src.contexts.recipes_catalog.aws_lambda.meal import (
    copy_meal,
    create_meal,
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
from src.contexts.recipes_catalog.aws_lambda.shopping_list import get_shopping_list
from src.contexts.recipes_catalog.aws_lambda.tag import get_tag_by_id
from tests.integration.recipes.kit import a_client, a_meal, a_menu, a_recipe, put, the_recipe
from tests.support.rest import ADMINISTRATOR, invoke

pytestmark = pytest.mark.usefixtures("database")

BY_PATH = (
    get_recipe_by_id,
    delete_recipe,
    get_meal_by_id,
    delete_meal,
    get_client_by_id,
    delete_client,
    delete_menu,
    get_tag_by_id,
    get_shopping_list,
)
BODIES: tuple[Any, ...] = (
    None,
    "{",
    "null",
    "1",
    "[]",
    "[" * 100_000,
    '{"a":' * 50_000,
    '{"name": NaN}',
    '{"name": 1' + "0" * 5000 + "}",
    '{"name": "\\ud800", "taste": 1}',
    '{"name": "\\u0000", "profile": {"name": "\\u0000"}, "description": "\\u0000", "comment": "\\u0000"}',
    {"name": "x" * 3_000_000},
    {"name": {}, "profile": [], "tags": 1, "meals": "x", "recipes": 7, "taste": "a", "version": "z", "meal_id": 3},
    {"version": 10**30, "taste": 10**30, "total_time": 10**400},
    {"tags": [{"key": "\ud800", "value": "\x00"}], "onboarding_data": {"\x00": "\x00"}},
    {"id": "x", "meal_id": "y", "menu_id": "z", "client_id": "", "recipe_id": None},
    {"onboarding_data": 1e308, "address": {"street": "\x00"}, "contact_info": {"main_email": "a@b"}},
    {"self": 1, "cls": 2, "name": None, "author_id": {}, "__init__": 3},
)
STRANGE_IDS = (
    "x",
    "%00",
    "\x00",
    "\ud800",
    "a" * 5000,
    "é",
    "' OR 1=1 --",
    "../..",
    "11111111111141118111111111111111",
)


def everything() -> tuple[tuple[Any, str, dict[str, str]], ...]:
    client_id = a_client(ADMINISTRATOR)
    recipe, meal, client = {"id": a_recipe(ADMINISTRATOR)}, {"meal_id": a_meal(ADMINISTRATOR)}, {"client_id": client_id}
    menu = {**client, "menu_id": a_menu(client_id, user=ADMINISTRATOR)}
    return (
        (create_recipe, "POST", {}),
        (update_recipe, "PUT", recipe),
        (copy_recipe, "POST", {}),
        (rate_recipe, "POST", recipe),
        (create_meal, "POST", {}),
        (update_meal, "PUT", meal),
        (copy_meal, "POST", {}),
        (create_client, "POST", {}),
        (update_client, "PUT", client),
        (create_menu, "POST", client),
        (update_menu, "PUT", menu),
    )


def test_no_body_gives_a_500() -> None:
    for module, method, path in everything():
        for body in BODIES:
            answer = invoke(module, method=method, user_id=ADMINISTRATOR, parameters=path, body=body)
            assert answer.status < 500, (module.__name__, str(body)[:80], answer.body)
            assert json.loads(answer.body) is not None


@pytest.mark.parametrize("module", BY_PATH, ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_path_gives_a_500(module: Any) -> None:
    for strange in STRANGE_IDS:
        path = dict.fromkeys(("id", "meal_id", "client_id", "menu_id", "tag_id"), strange)
        answer = invoke(module, user_id=ADMINISTRATOR, parameters=path)
        assert answer.status in (404, 422), (strange, answer.body)
    assert invoke(module, user_id=ADMINISTRATOR).status == 422


def test_bounds_hold_at_their_edges() -> None:
    recipe_id = a_recipe(ADMINISTRATOR)
    edge = {
        "name": "x" * 200,
        "total_time": 100_000,
        "instructions": "é" * 20_000,
        "tags": [{"key": "k" * 50, "value": "v"}],
    }
    assert put(update_recipe, ADMINISTRATOR, edge, id=recipe_id).status == 200
    assert the_recipe(recipe_id, ADMINISTRATOR)["name"] == "x" * 200
    for beyond in (
        {"name": "x" * 201},
        {"name": "   "},
        {"total_time": 100_001},
        {"total_time": -1},
        {"total_time": True},
        {"instructions": "é" * 20_001},
        {"tags": [{"key": "k" * 51, "value": "v"}]},
        {"tags": [{"key": "a:b", "value": "v"}]},
        {"tags": [{"key": "a", "value": "v"}] * 51},
        {"privacy": "secret"},
        {"image_url": "javascript:alert(1)"},
        {"version": 0},
        {"version": True},
        {"ingredients": [{"name": "Rice", "quantity": True, "unit": "g"}]},
        {"ingredients": [{"name": "Rice", "quantity": 1, "unit": "g", "position": False}]},
    ):
        answer = put(update_recipe, ADMINISTRATOR, beyond, id=recipe_id)
        assert (answer.status, answer.json["errors"][0]["field"].split(".")[0]) == (422, next(iter(beyond)))


def test_amounts_that_nobody_can_cook_are_refused() -> None:
    meal_id = a_meal(ADMINISTRATOR)
    heap = [{"name": "Sand", "quantity": 1_000_000, "unit": "kg"}]
    a_recipe(ADMINISTRATOR, meal_id, ingredients=heap)
    body = {"meal_id": meal_id, "name": "x", "ingredients": heap}
    assert invoke(create_recipe, method="POST", user_id=ADMINISTRATOR, body=body).status == 422


def test_a_page_that_lambda_could_not_send_is_refused() -> None:
    tags = [{"key": "size", "value": "huge"}]
    # Each quotation mark becomes four characters: escaped in the body, which is escaped in the result.
    recipe = {"name": "x", "instructions": '"' * 20_000, "tags": tags}
    for _ in range(2):
        a_meal(ADMINISTRATOR, tags=tags, recipes=[recipe] * 45)
    for module, fitting in ((fetch_meal, 1), (fetch_recipe, 70)):
        refused = invoke(module, user_id=ADMINISTRATOR, query="limit=500&tags=size:huge")
        assert (refused.status, refused.json["errors"][0]["code"]) == (422, "page_too_large")
        fits = invoke(module, user_id=ADMINISTRATOR, query=f"limit={fitting}&tags=size:huge")
        assert len(fits.json) == fitting
