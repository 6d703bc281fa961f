"""Requests to try in /docs: each works on the sample data of `make dev`, as the seeded administrator.

`answers.json` has what they are answered with, shortened: of a list one item, of nutrients one.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from src.contexts.client_onboarding.core.bootstrap.seed import SEEDED_TYPEFORM_ID
from src.contexts.iam.core.bootstrap.seed import ADMINISTRATOR_ID, PLAIN_USER_ID
from src.contexts.products_catalog.core.bootstrap.seed import SOURCE, seeded_product_id
from src.contexts.products_catalog.core.bootstrap.seed import seeded_id as seeded_classification_id
from src.contexts.recipes_catalog.core.bootstrap.seed import CLIENT, MENU, seeded_id, seeded_tag_id
from src.lambdatwin.project import Example

_DISH, _OTHER_DISH = "Omelete de espinafre", "Mingau de aveia com banana"
_MEAL, _RECIPE = seeded_id("meal", _DISH), seeded_id("recipe", _DISH)
_OTHER_MEAL, _OTHER_RECIPE = seeded_id("meal", _OTHER_DISH), seeded_id("recipe", "Iogurte com morango e mel")
_CLIENT, _MENU = seeded_id("client", CLIENT), seeded_id("menu", MENU)
_RICE = seeded_product_id("Arroz branco")
_NEW_USER = "33333333-3333-4333-8333-333333333333"
_FORM = 1
_INGREDIENT = {"name": "Arroz branco", "quantity": 120, "unit": "g", "product_id": _RICE}
_SLOT = {"meal_id": _MEAL, "week": 1, "weekday": "monday", "hour": "12:30", "meal_type": "lunch"}


def _page(**query: str | int) -> Example:
    return Example(query={"limit": 5, **query})


_IAM: dict[tuple[str, str], Example] = {
    ("GET", "/roles"): Example(),
    ("GET", "/users"): _page(),
    ("GET", "/users/me"): Example(),
    ("POST", "/users"): Example(body={"id": _NEW_USER}),
    ("GET", "/users/{id}"): Example({"id": ADMINISTRATOR_ID}),
    ("DELETE", "/users/{id}"): Example({"id": _NEW_USER}),
    ("POST", "/assign-role/{user_id}"): Example(
        {"user_id": PLAIN_USER_ID}, body={"context": "products_catalog", "name": "product_manager"}
    ),
    ("DELETE", "/assign-role/{user_id}/{context}/{name}"): Example(
        {"user_id": PLAIN_USER_ID, "context": "client_onboarding", "name": "user"}
    ),
}
_PRODUCTS: dict[tuple[str, str], Example] = {
    ("GET", "/products"): _page(sort="name"),
    ("POST", "/products"): Example(body={"name": "Farinha de grão-de-bico", "is_food": True, "kg_per_unit": 0.5}),
    ("GET", "/products/{id}"): Example({"id": _RICE}),
    ("GET", "/products/search/{name}"): Example({"name": "arroz"}),
    ("GET", "/product-sources"): _page(),
    ("GET", "/product-sources/{id}"): Example({"id": seeded_classification_id("sources", SOURCE)}),
}
_RECIPES: dict[tuple[str, str], Example] = {
    ("GET", "/recipes"): _page(),
    ("POST", "/recipes"): Example(
        body={"meal_id": _MEAL, "name": "Arroz soltinho", "ingredients": [_INGREDIENT], "total_time": 25}
    ),
    ("POST", "/recipes/copy"): Example(body={"recipe_id": _RECIPE, "meal_id": _MEAL}),
    ("GET", "/recipes/{id}"): Example({"id": _RECIPE}),
    ("PUT", "/recipes/{id}"): Example({"id": _RECIPE}, body={"total_time": 15, "privacy": "public"}),
    ("DELETE", "/recipes/{id}"): Example({"id": _OTHER_RECIPE}),
    ("POST", "/recipes/{id}/rate"): Example({"id": _RECIPE}, body={"taste": 5, "convenience": 4, "comment": "Ótima!"}),
    ("GET", "/meals"): _page(sort="name"),
    ("POST", "/meals"): Example(
        body={
            "name": "Almoço de segunda",
            "tags": [{"key": "type", "value": "lunch"}],
            "recipes": [{"name": "Arroz", "instructions": "Cozinhe o arroz.", "ingredients": [_INGREDIENT]}],
        }
    ),
    ("POST", "/meals/copy"): Example(body={"meal_id": _MEAL}),
    ("GET", "/meals/{meal_id}"): Example({"meal_id": _MEAL}),
    ("PUT", "/meals/{meal_id}"): Example({"meal_id": _MEAL}, body={"notes": "Sem sal.", "like": True}),
    ("DELETE", "/meals/{meal_id}"): Example({"meal_id": _OTHER_MEAL}),
    ("GET", "/clients"): _page(),
    ("POST", "/clients"): Example(
        body={"profile": {"name": "Bruno Exemplo"}, "tags": [{"key": "goal", "value": "energia"}]}
    ),
    ("GET", "/clients/{client_id}"): Example({"client_id": _CLIENT}),
    ("PUT", "/clients/{client_id}"): Example({"client_id": _CLIENT}, body={"notes": "Prefere almoçar cedo."}),
    ("DELETE", "/clients/{client_id}"): Example({"client_id": _CLIENT}),
    ("POST", "/clients/{client_id}/menus"): Example(
        {"client_id": _CLIENT}, body={"description": "Uma semana", "meals": [_SLOT]}
    ),
    ("PUT", "/clients/{client_id}/menus/{menu_id}"): Example(
        {"client_id": _CLIENT, "menu_id": _MENU}, body={"description": "Duas semanas de inverno"}
    ),
    ("DELETE", "/clients/{client_id}/menus/{menu_id}"): Example({"client_id": _CLIENT, "menu_id": _MENU}),
    ("GET", "/tags"): _page(),
    ("GET", "/tags/{tag_id}"): Example({"tag_id": seeded_tag_id("meal", "cuisine", "brasileira")}),
    ("GET", "/shopping-list/recipes"): Example(query={"meal_id": _MEAL}),
    ("GET", "/shopping-list/{menu_id}"): Example({"menu_id": _MENU}),
}
_ONBOARDING: dict[tuple[str, str], Example] = {
    ("GET", "/forms"): _page(),
    ("POST", "/forms"): Example(
        body={"typeform_id": "spring-onboarding", "webhook_url": "https://planner.example/webhooks/typeform"}
    ),
    ("GET", "/forms/{form_id}"): Example({"form_id": _FORM}),
    ("PATCH", "/forms/{form_id}"): Example({"form_id": _FORM}, body={"status": "paused"}),
    ("DELETE", "/forms/{form_id}"): Example({"form_id": _FORM}),
    ("POST", "/query-responses"): Example(body={"query_type": "responses_by_form", "form_id": _FORM, "limit": 2}),
    ("POST", "/query-responses/bulk"): Example(
        body={
            "queries": [
                {"query_type": "forms_by_user"},
                {"query_type": "response_by_id", "response_id": "seeded-response-1"},
            ]
        }
    ),
    ("POST", "/webhooks/typeform"): Example(
        body={
            "event_id": "example-event",
            "event_type": "form_response",
            "form_response": {
                "form_id": SEEDED_TYPEFORM_ID,
                "token": "example-response",
                "submitted_at": "2026-01-20T10:00:00Z",
                "definition": {"fields": [{"id": "email", "title": "What is your e-mail?", "type": "email"}]},
                "answers": [{"type": "email", "email": "dora@example.com", "field": {"id": "email", "type": "email"}}],
            },
        }
    ),
}


def examples() -> Mapping[tuple[str, str], Example]:
    """By method and path template."""
    answers = json.loads(Path(__file__).with_name("answers.json").read_text(encoding="utf-8"))
    requests = _IAM | _PRODUCTS | _RECIPES | _ONBOARDING
    return {route: replace(one, answer=answers.get(" ".join(route), one.answer)) for route, one in requests.items()}
