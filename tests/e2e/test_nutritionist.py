"""A nutritionist's first week with the API, over HTTP: every context, as a front end would use it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import TokenMaker
from tests.support import postgres
from tests.support.server import Server, running_server

SECRET = "typeform-webhook-secret"
NUTRITIONIST = "33333333-3333-4333-8333-333333333333"
COLLEAGUE = "44444444-4444-4444-8444-444444444444"
ROLES = {
    "products_catalog": "product_manager",
    "recipes_catalog": "client_manager",
    "client_onboarding": "client_manager",
}


@pytest.fixture(scope="module")
def server(postgres_server: str, seeded_template: str) -> Iterator[Server]:
    with (
        postgres.clone(postgres_server, seeded_template) as url,
        running_server(url, TYPEFORM_WEBHOOK_SECRET=SECRET) as running,
    ):
        yield running


class Person:
    """Somebody with a token; each call asserts its status and returns the parsed answer."""

    def __init__(self, client: httpx.Client, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers

    def call(self, status: int, method: str, path: str, body: Any = None) -> Any:
        answer = self._client.request(method, path, headers=self._headers, json=body)
        assert answer.status_code == status, (method, path, answer.text)
        return answer.json() if answer.content else None


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@pytest.fixture
def administrator(client: httpx.Client, token_of: TokenMaker) -> Person:
    return Person(client, token_of("administrator"))


@pytest.fixture
def nutritionist(client: httpx.Client, token_of: TokenMaker, administrator: Person) -> Person:
    """Signs in; an administrator has given the roles that her work needs."""
    person = Person(client, token_of(NUTRITIONIST))
    known = {user["id"] for user in administrator.call(200, "GET", "/users?limit=500")}
    if NUTRITIONIST not in known:
        administrator.call(201, "POST", "/users", {"id": NUTRITIONIST})
        for context, name in [*ROLES.items(), ("recipes_catalog", "menu_manager")]:
            administrator.call(200, "POST", f"/assign-role/{NUTRITIONIST}", {"context": context, "name": name})
    return person


def product(name: str, source: str, **facts: Any) -> dict[str, Any]:
    return {"name": name, "source_id": source, "is_food": True, **facts}


def test_products_recipes_menus_and_shopping(nutritionist: Person) -> None:
    source = next(iter(nutritionist.call(200, "GET", "/product-sources")))
    assert list(nutritionist.call(200, "GET", f"/product-sources/{source}")) == [source]
    # Of a kilogram of onions 0.8 kg can be eaten; rice takes up water and weighs 2.5 times as much when cooked.
    onion, rice = nutritionist.call(
        201,
        "POST",
        "/products",
        [
            product("Test onion", source, edible_yield=0.8, store_department_name="Vegetables", kg_per_unit=0.1,
                    nutri_facts={"calories": {"value": 40, "unit": "kcal"}}),
            product("Test rice", source, cooking_factor=2.5, store_department_name="Grains",
                    nutri_facts={"calories": {"value": 360, "unit": "kcal"}}),
        ],
    )["product_ids"]  # fmt: skip
    assert nutritionist.call(200, "GET", f"/products/{onion}")["name"] == "Test onion"
    assert nutritionist.call(200, "GET", "/products/search/test%20onion")[0]["id"] == onion

    meal = nutritionist.call(201, "POST", "/meals", {"name": "Rice with onions"})["meal_id"]
    recipe = nutritionist.call(
        201,
        "POST",
        "/recipes",
        {
            "meal_id": meal,
            "name": "Onion rice",
            "privacy": "public",
            "ingredients": [
                {"name": "onion", "quantity": 200, "unit": "g", "product_id": onion},
                {"name": "rice", "quantity": 0.5, "unit": "kg", "product_id": rice},
            ],
        },
    )["recipe_id"]
    # Served: 200 g of peeled onion and 500 g of cooked rice, which are 200 g of raw rice: 80 + 720 kcal.
    written = nutritionist.call(200, "GET", f"/recipes/{recipe}")
    assert written["nutri_facts"]["calories"]["value"] == pytest.approx(80 + 720)
    assert written["weight_in_grams"] == pytest.approx(700)
    assert [one["position"] for one in written["ingredients"]] == [0, 1]
    whole = nutritionist.call(200, "GET", f"/meals/{meal}")
    assert whole["nutri_facts"]["calories"]["value"] == pytest.approx(800)
    assert whole["calorie_density"] == pytest.approx(800 * 100 / 700)

    client_id = nutritionist.call(
        201, "POST", "/clients", {"profile": {"name": "Ada"}, "tags": [{"key": "goal", "value": "strength"}]}
    )["client_id"]
    slots = [
        {"meal_id": meal, "week": week, "weekday": "monday", "meal_type": "lunch", "hour": "12:30"} for week in (1, 2)
    ]
    menu = nutritionist.call(201, "POST", f"/clients/{client_id}/menus", {"meals": slots})["menu_id"]
    shopping = nutritionist.call(200, "GET", f"/shopping-list/{menu}")
    bought = {
        (department["store_department_name"], item["name"]): item
        for department in shopping["departments"]
        for item in department["items"]
    }
    # Twice: 200 g / 0.8 of onions, 500 g / 2.5 of rice.
    assert bought["Vegetables", "Test onion"]["kilograms"] == pytest.approx(2 * 0.250)
    assert bought["Vegetables", "Test onion"]["pieces"] == pytest.approx(5)
    assert bought["Grains", "Test rice"]["kilograms"] == pytest.approx(2 * 0.200)
    listed = nutritionist.call(200, "GET", f"/shopping-list/recipes?menu-id={menu}")
    assert [one["id"] for one in listed] == [recipe]

    # The meal changes, and the menu follows.
    nutritionist.call(200, "PUT", f"/meals/{meal}", {"name": "Pilaf", "version": whole["version"]})
    menus = nutritionist.call(200, "GET", f"/clients/{client_id}")["menus"]
    assert {place["meal_name"] for place in menus[0]["meals"]} == {"Pilaf"}
    nutritionist.call(409, "PUT", f"/meals/{meal}", {"name": "Stale", "version": whole["version"]})
    nutritionist.call(422, "PUT", f"/meals/{meal}", {"id": recipe, "name": "Other"})

    changed = {**slots[0], "weekday": "friday"}
    nutritionist.call(200, "PUT", f"/clients/{client_id}/menus/{menu}", {"meals": [changed]})
    menus = nutritionist.call(200, "GET", f"/clients/{client_id}")["menus"]
    assert [place["weekday"] for place in menus[0]["meals"]] == ["friday"]
    tags = nutritionist.call(200, "GET", "/tags")
    assert ("goal", "strength") in {(tag["key"], tag["value"]) for tag in tags}
    assert nutritionist.call(200, "GET", f"/tags/{tags[0]['id']}") == tags[0]
    assert client_id in {one["id"] for one in nutritionist.call(200, "GET", "/clients?limit=500")}
    nutritionist.call(200, "PUT", f"/clients/{client_id}", {"notes": "no nuts"})
    assert nutritionist.call(200, "GET", f"/clients/{client_id}")["notes"] == "no nuts"

    # Deleted meals leave the menus, deleted things are gone.
    nutritionist.call(200, "DELETE", f"/meals/{meal}")
    assert nutritionist.call(200, "GET", f"/clients/{client_id}")["menus"][0]["meals"] == []
    nutritionist.call(200, "DELETE", f"/clients/{client_id}/menus/{menu}")
    nutritionist.call(200, "DELETE", f"/clients/{client_id}")
    nutritionist.call(404, "GET", f"/clients/{client_id}")
    nutritionist.call(404, "GET", f"/meals/{meal}")


def test_rating_and_copying(nutritionist: Person, administrator: Person) -> None:
    meal = nutritionist.call(201, "POST", "/meals", {"name": "Soup", "recipes": [{"name": "Broth"}]})["meal_id"]
    recipe = nutritionist.call(
        201, "POST", "/recipes", {"meal_id": meal, "name": "Dumplings", "privacy": "public"}
    )["recipe_id"]  # fmt: skip
    for taste in (1, 5):  # the second rating of a user replaces the first
        nutritionist.call(200, "POST", f"/recipes/{recipe}/rate", {"taste": taste, "convenience": 3})
    administrator.call(200, "POST", f"/recipes/{recipe}/rate", {"taste": 3, "convenience": 0, "comment": "salt"})
    rated = nutritionist.call(200, "GET", f"/recipes/{recipe}")
    assert (rated["average_taste_rating"], rated["average_convenience_rating"]) == (4.0, 1.5)
    assert len(rated["ratings"]) == 2
    nutritionist.call(422, "POST", f"/recipes/{recipe}/rate", {"taste": 6, "convenience": 3})

    copy = nutritionist.call(201, "POST", "/meals/copy", {"meal_id": meal})["meal_id"]
    assert copy != meal
    names = [one["name"] for one in nutritionist.call(200, "GET", f"/meals/{copy}")["recipes"]]
    assert names == ["Broth", "Dumplings"]
    again = nutritionist.call(201, "POST", "/recipes/copy", {"recipe_id": recipe, "meal_id": copy})["recipe_id"]
    assert again not in (recipe, copy)
    nutritionist.call(200, "PUT", f"/recipes/{again}", {"name": "Spaetzle"})
    assert {"Spaetzle"} <= {one["name"] for one in nutritionist.call(200, "GET", "/recipes?limit=500")}
    nutritionist.call(200, "DELETE", f"/recipes/{again}")
    nutritionist.call(404, "GET", f"/recipes/{again}")
    assert copy in {one["id"] for one in nutritionist.call(200, "GET", "/meals?limit=500")}


def test_a_signed_webhook_is_stored_once_and_can_be_queried(nutritionist: Person, client: httpx.Client) -> None:
    form = nutritionist.call(
        201, "POST", "/forms", {"typeform_id": "e2eForm", "webhook_url": "https://hooks.test/webhooks/typeform"}
    )["form_id"]
    body = json.dumps(
        {
            "event_id": "e1",
            "event_type": "form_response",
            "form_response": {
                "form_id": "e2eForm",
                "token": "response-1",
                "submitted_at": "2026-11-20T10:00:00Z",
                "answers": [{"type": "email", "email": "ada@example.org", "field": {"id": "f1", "type": "email"}}],
            },
        }
    ).encode()
    signature = "sha256=" + base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    for sent, status in ((signature, 200), (signature, 200), ("sha256=AAAA", 401), (None, 401)):
        headers = {"Content-Type": "application/json"} | ({"Typeform-Signature": sent} if sent else {})
        answer = client.post("/webhooks/typeform", content=body, headers=headers)
        assert answer.status_code == status, answer.text
    query = {"query_type": "responses_by_form", "form_id": form}
    found = nutritionist.call(200, "POST", "/query-responses", query)["responses"]
    assert [(one["response_data"] is not None, one["client_identifiers"][0]["value"]) for one in found] == [
        (True, "ada@example.org")
    ]
    bulk = nutritionist.call(
        200,
        "POST",
        "/query-responses/bulk",
        {"queries": [query, {"query_type": "responses_by_form", "form_id": 999_999}]},
    )
    assert [one["error"] is None for one in bulk["results"]] == [True, False]
    assert nutritionist.call(200, "GET", f"/forms/{form}")["status"] == "active"
    assert nutritionist.call(200, "PATCH", f"/forms/{form}", {"status": "paused"})["status"] == "paused"
    assert form in {one["id"] for one in nutritionist.call(200, "GET", "/forms")}
    nutritionist.call(200, "DELETE", f"/forms/{form}")
    assert form not in {one["id"] for one in nutritionist.call(200, "GET", "/forms?status=active%7Cpaused")}


def test_roles_are_given_and_taken_at_once(administrator: Person, client: httpx.Client, token_of: TokenMaker) -> None:
    colleague = Person(client, token_of(COLLEAGUE))
    colleague.call(401, "GET", "/users/me")
    administrator.call(201, "POST", "/users", {"id": COLLEAGUE})
    assert colleague.call(200, "GET", "/users/me")["id"] == COLLEAGUE
    source = next(iter(colleague.call(200, "GET", "/product-sources")))
    colleague.call(403, "POST", "/products", product("Forbidden fruit", source))
    role = {"context": "products_catalog", "name": "product_manager"}
    administrator.call(200, "POST", f"/assign-role/{COLLEAGUE}", role)
    colleague.call(201, "POST", "/products", product("Allowed fruit", source))
    administrator.call(200, "DELETE", f"/assign-role/{COLLEAGUE}/products_catalog/product_manager")
    colleague.call(403, "POST", "/products", product("Late fruit", source))
    colleague.call(403, "POST", f"/assign-role/{COLLEAGUE}", role)
    colleague.call(403, "GET", "/users")
    assert {one["context"] for one in colleague.call(200, "GET", "/roles")} >= set(ROLES)
    myself = administrator.call(200, "GET", "/users/me")["id"]
    administrator.call(400, "DELETE", f"/assign-role/{myself}/iam/administrator")
    assert {one["name"] for one in administrator.call(200, "GET", f"/users/{COLLEAGUE}")["roles"]} == {"user"}
