"""The routes of recipes_catalog: recipes, meals, clients, menus, tags, shopping lists."""

from collections.abc import Callable
from typing import Any

from src.contexts.products_catalog.core.bootstrap.seed import seeded_product_id
from src.contexts.recipes_catalog.core.bootstrap.seed import CLIENT, MENU, seeded_id
from tests.integration.lambdatwin.parity.rows import ADMIN, NOWHERE, USER, Row, Scenario, no_json, strangers

_CLIENT, _MENU = seeded_id("client", CLIENT), seeded_id("menu", MENU)
_DISH = "Omelete de espinafre"
_RECIPE, _MEAL = seeded_id("recipe", _DISH), seeded_id("meal", _DISH)
_RICE = seeded_product_id("Arroz branco")
_INGREDIENT = {"name": "Arroz", "quantity": 120.5, "unit": "g", "product_id": _RICE, "full_text": "120,5 g de arroz"}


def _picked(key: str) -> Callable[[Any], str]:
    return lambda answer: str(answer[key])


def _lists() -> list[Row]:
    queries = {
        "/recipes": ["", "tags=cuisine:brasileira%7Cthai,type:dinner", "name-like=frango", "privacy=public&limit=2"],
        "/meals": ["", "tags-not-exists=cuisine:thai", "calories_gte=1&sort=name", "like=true"],
        "/clients": ["", "name-like=ana", "tags=goal:equilibrio", "sort=name"],
        "/tags": ["", "key=cuisine", "type=meal&sort=value", "value=brasileira&value=dinner"],
    }
    rows = [
        Row(f"{path}?{query}", 200, "GET", f"{path}?{query}", user)
        for path, texts in queries.items()
        for query in texts
        for user in (ADMIN, USER)
    ]
    bad = ["limit=501", "sort=colour", "skip=-1", "limit=1.5"]
    return rows + [Row(f"{path}?{query}", 422, "GET", f"{path}?{query}") for path in queries for query in bad]


_MEAL_BODY = {
    "name": "Parity lunch",
    "tags": [{"key": "type", "value": "lunch"}],
    "recipes": [{"name": "Parity rice", "ingredients": [_INGREDIENT], "tags": [{"key": "cuisine", "value": "thai"}]}],
}

SCENARIOS: dict[str, Scenario] = {
    "recipes-lists": [
        *_lists(),
        *(row for path in ("/recipes", "/meals", "/clients", "/tags") for row in strangers("GET", path)),
    ],
    "recipes": [
        Row("a seeded one", 200, "GET", f"/recipes/{_RECIPE}"),
        Row("unknown id", 404, "GET", f"/recipes/{NOWHERE}"),
        Row("the word of a POST is an id to GET", 404, "GET", "/recipes/copy"),
        Row("and to PUT", 404, "PUT", "/recipes/copy", json={"name": "x"}),
        Row("a meal for it", 201, "POST", "/meals", json=_MEAL_BODY, remember={"meal": _picked("meal_id")}),
        Row(
            "create",
            201,
            "POST",
            "/recipes",
            json={"meal_id": "{{meal}}", "name": "Parity soup", "ingredients": [_INGREDIENT], "total_time": 20},
            remember={"recipe": _picked("recipe_id")},
        ),
        Row("read", 200, "GET", "/recipes/{{recipe}}"),
        Row("private to others", 403, "GET", "/recipes/{{recipe}}", USER),
        Row("change", 200, "PUT", "/recipes/{{recipe}}", json={"privacy": "public", "name": "Parity broth"}),
        Row("stale version", 409, "PUT", "/recipes/{{recipe}}", json={"name": "Parity", "version": 99}),
        Row("id of another", 422, "PUT", "/recipes/{{recipe}}", json={"id": NOWHERE, "name": "x"}),
        Row("not the author", 403, "PUT", "/recipes/{{recipe}}", USER, json={"name": "x"}),
        Row(
            "rate",
            200,
            "POST",
            "/recipes/{{recipe}}/rate",
            USER,
            json={"taste": 5, "convenience": 3, "comment": "\u00e9"},
        ),
        Row("rate again", 200, "POST", "/recipes/{{recipe}}/rate", USER, json={"taste": 1, "convenience": 0}),
        Row("rate too high", 422, "POST", "/recipes/{{recipe}}/rate", USER, json={"taste": 6, "convenience": 3}),
        Row("rate a list", 422, "POST", "/recipes/{{recipe}}/rate", USER, json=[1]),
        Row("rate unknown", 404, "POST", f"/recipes/{NOWHERE}/rate", json={"taste": 1, "convenience": 1}),
        Row("rated", 200, "GET", "/recipes/{{recipe}}", USER),
        Row(
            "copy",
            201,
            "POST",
            "/recipes/copy",
            json={"recipe_id": "{{recipe}}", "meal_id": "{{meal}}"},
            remember={"copy": _picked("recipe_id")},
        ),
        Row("the copy", 200, "GET", "/recipes/{{copy}}"),
        Row(
            "copy into another's meal",
            403,
            "POST",
            "/recipes/copy",
            USER,
            json={"recipe_id": "{{recipe}}", "meal_id": "{{meal}}"},
        ),
        Row(
            "bad unit",
            422,
            "POST",
            "/recipes",
            json={"meal_id": "{{meal}}", "name": "x", "ingredients": [_INGREDIENT | {"unit": "kcal"}]},
        ),
        Row("unknown meal", 404, "POST", "/recipes", json={"meal_id": NOWHERE, "name": "x"}),
        Row("others may not delete", 403, "DELETE", "/recipes/{{recipe}}", USER),
        Row("delete", 200, "DELETE", "/recipes/{{recipe}}"),
        Row("delete again", 404, "DELETE", "/recipes/{{recipe}}"),
        Row("gone", 404, "GET", "/recipes/{{recipe}}"),
        *no_json("POST", "/recipes"),
        *no_json("POST", "/recipes/copy"),
        *no_json("PUT", f"/recipes/{_RECIPE}"),
        *no_json("POST", f"/recipes/{_RECIPE}/rate"),
        *strangers("POST", "/recipes", json={}),
        *strangers("POST", "/recipes/copy", json={}),
        *strangers("GET", f"/recipes/{_RECIPE}"),
        *strangers("PUT", f"/recipes/{_RECIPE}", json={}),
        *strangers("DELETE", f"/recipes/{_RECIPE}"),
        *strangers("POST", f"/recipes/{_RECIPE}/rate", json={}),
    ],
    "meals": [
        Row("a seeded one", 200, "GET", f"/meals/{_MEAL}"),
        Row("of somebody else", 403, "GET", f"/meals/{_MEAL}", USER),
        Row("unknown id", 404, "GET", f"/meals/{NOWHERE}"),
        Row("create", 201, "POST", "/meals", USER, json=_MEAL_BODY, remember={"meal": _picked("meal_id")}),
        Row("read", 200, "GET", "/meals/{{meal}}", USER),
        Row("change", 200, "PUT", "/meals/{{meal}}", USER, json={"name": "Parity dinner", "notes": None, "like": True}),
        Row("read the change", 200, "GET", "/meals/{{meal}}", USER),
        Row("stale version", 409, "PUT", "/meals/{{meal}}", USER, json={"name": "x", "version": 99}),
        Row("invalid field", 422, "PUT", "/meals/{{meal}}", USER, json={"name": ""}),
        Row(
            "copy",
            201,
            "POST",
            "/meals/copy",
            USER,
            json={"meal_id": "{{meal}}"},
            remember={"copy": _picked("meal_id")},
        ),
        Row("the copy", 200, "GET", "/meals/{{copy}}", USER),
        Row("delete", 200, "DELETE", "/meals/{{meal}}", USER),
        Row("gone", 404, "GET", "/meals/{{meal}}", USER),
        *no_json("POST", "/meals"),
        *no_json("PUT", f"/meals/{_MEAL}"),
        *no_json("POST", "/meals/copy"),
        *strangers("POST", "/meals", json={}),
        *strangers("POST", "/meals/copy", json={}),
        *strangers("GET", f"/meals/{_MEAL}"),
        *strangers("PUT", f"/meals/{_MEAL}", json={}),
        *strangers("DELETE", f"/meals/{_MEAL}"),
    ],
    "clients": [
        Row("a seeded one", 200, "GET", f"/clients/{_CLIENT}"),
        Row("of somebody else", 403, "GET", f"/clients/{_CLIENT}", USER),
        Row("unknown id", 404, "GET", f"/clients/{NOWHERE}"),
        Row(
            "create",
            201,
            "POST",
            "/clients",
            json={
                "profile": {"name": "Jo\u00e3o Parity"},
                "tags": [{"key": "goal", "value": "x"}],
                "onboarding_data": {"a": [1]},
            },
            remember={"client": _picked("client_id")},
        ),
        Row("read", 200, "GET", "/clients/{{client}}"),
        Row("change", 200, "PUT", "/clients/{{client}}", json={"notes": "n\u00f3s"}),
        Row("stale version", 409, "PUT", "/clients/{{client}}", json={"notes": "x", "version": 99}),
        Row("no permission", 403, "POST", "/clients", USER, json={"profile": {"name": "x"}}),
        Row("a meal for a menu", 201, "POST", "/meals", json=_MEAL_BODY, remember={"meal": _picked("meal_id")}),
        Row(
            "create a menu",
            201,
            "POST",
            "/clients/{{client}}/menus",
            json={
                "description": "Parity menu",
                "meals": [
                    {"meal_id": "{{meal}}", "week": 1, "weekday": "monday", "hour": "12:00", "meal_type": "lunch"}
                ],
            },
            remember={"menu": _picked("menu_id")},
        ),
        Row("what to buy", 200, "GET", "/shopping-list/{{menu}}"),
        Row("recipes of the menu", 200, "GET", "/shopping-list/recipes?menu-id={{menu}}"),
        Row("the meal changes", 200, "PUT", "/meals/{{meal}}", json={"name": "Parity supper"}),
        Row("and stands so on the menu", 200, "GET", "/clients/{{client}}"),
        Row("change the menu", 200, "PUT", "/clients/{{client}}/menus/{{menu}}", json={"description": "Other"}),
        Row("menu of another client", 404, "PUT", f"/clients/{_CLIENT}/menus/{{{{menu}}}}", json={"description": "x"}),
        Row("delete the menu", 200, "DELETE", "/clients/{{client}}/menus/{{menu}}"),
        Row("delete", 200, "DELETE", "/clients/{{client}}"),
        Row("gone", 404, "GET", "/clients/{{client}}"),
        *no_json("POST", "/clients"),
        *no_json("PUT", f"/clients/{_CLIENT}"),
        Row("an empty menu", 201, "POST", f"/clients/{_CLIENT}/menus"),
        Row("no JSON for a menu", 422, "POST", f"/clients/{_CLIENT}/menus", body=b"{"),
        *no_json("PUT", f"/clients/{_CLIENT}/menus/{_MENU}"),
        *strangers("POST", "/clients", json={}),
        *strangers("GET", f"/clients/{_CLIENT}"),
        *strangers("PUT", f"/clients/{_CLIENT}", json={}),
        *strangers("DELETE", f"/clients/{_CLIENT}"),
        *strangers("POST", f"/clients/{_CLIENT}/menus", json={}),
        *strangers("PUT", f"/clients/{_CLIENT}/menus/{_MENU}", json={}),
        *strangers("DELETE", f"/clients/{_CLIENT}/menus/{_MENU}"),
    ],
    "shopping": [
        Row("of a menu", 200, "GET", f"/shopping-list/{_MENU}"),
        Row("of somebody else", 403, "GET", f"/shopping-list/{_MENU}", USER),
        Row("unknown menu", 404, "GET", f"/shopping-list/{NOWHERE}"),
        Row("recipes of a menu", 200, "GET", f"/shopping-list/recipes?menu-id={_MENU}"),
        Row("recipes of a meal", 200, "GET", f"/shopping-list/recipes?meal_id={_MEAL}"),
        Row("recipes by id", 200, "GET", f"/shopping-list/recipes?recipe-id={_RECIPE}&recipe-id={NOWHERE}"),
        Row("tags", 200, "GET", "/tags?limit=1", remember={"tag": lambda tags: str(tags[0]["id"])}),
        Row("a tag", 200, "GET", "/tags/{{tag}}"),
        Row("unknown tag", 404, "GET", f"/tags/{NOWHERE}"),
        *strangers("GET", f"/shopping-list/{_MENU}"),
        *strangers("GET", f"/shopping-list/recipes?menu-id={_MENU}"),
        *strangers("GET", f"/tags/{NOWHERE}"),
    ],
}
