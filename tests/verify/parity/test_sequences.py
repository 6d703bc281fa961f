"""Stateful parity: random sequences of writes and reads, on two databases, through two runtimes."""

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test

from src.contexts.products_catalog.core.bootstrap.seed import seeded_product_id
from src.lambdatwin.parity.fastapi_side.client import Client
from src.lambdatwin.parity.requests import Request
from src.lambdatwin.parity.wire import Answer
from tests.integration.lambdatwin.parity.rows import NOWHERE
from tests.verify.parity.conftest import Sides
from tests.verify.parity.rows import Database

SEQUENCES = 500
STEPS = 12

_NAMES = st.sampled_from(["Oats", "oats", "A\u00e7a\u00ed", "Rice \U0001f34e", "100%", "a|b", "x" * 300, " ", "", None])
_PRODUCTS = st.fixed_dictionaries(
    {"name": _NAMES},
    optional={
        "is_food": st.booleans(),
        "edible_yield": st.sampled_from([0, 0.5, 1, 1.5]),
        "barcode": st.sampled_from(["4006381333931", "4006381333932", "96385074"]),
        "kg_per_unit": st.sampled_from([0.1, -1]),
        "json_data": st.sampled_from([None, {"a": [1, 2.5, "\u00e9"]}, "text"]),
        "colour": st.just("red"),
    },
)
_QUERIES = st.lists(
    st.sampled_from(
        [
            "name-like=oat",
            "name=Oats%7Coats",
            "is_food=true",
            "sort=name",
            "sort=-created_at",
            "limit=3",
            "skip=1",
            "limit=x",
        ]
    ),
    max_size=3,
    unique=True,
).map("&".join)
_USERS = st.sampled_from(["admin", "admin", "admin", "user", None, "expired:admin"])


_LABELS = st.lists(st.sampled_from([{"key": "type", "value": "dinner"}, {"key": "c", "value": "\u00e9"}]), max_size=2)
_INGREDIENTS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.just("Rice"),
            "quantity": st.sampled_from([0, 1.5, 120]),
            "unit": st.sampled_from(["g", "cup", "kcal"]),
        },
        optional={"product_id": st.sampled_from([seeded_product_id("Arroz branco"), NOWHERE])},
    ),
    max_size=3,
)
_RECIPES = st.fixed_dictionaries(
    {"name": _NAMES},
    optional={
        "ingredients": _INGREDIENTS,
        "tags": _LABELS,
        "privacy": st.sampled_from(["public", "private", "secret"]),
    },
)
_MEALS = st.fixed_dictionaries(
    {"name": _NAMES},
    optional={
        "recipes": st.lists(_RECIPES, max_size=2),
        "tags": _LABELS,
        "like": st.booleans(),
        "version": st.integers(1, 3),
    },
)
_SLOTS = st.fixed_dictionaries(
    {"week": st.integers(1, 2), "weekday": st.just("monday"), "hour": st.just("12:00"), "meal_type": st.just("lunch")}
)
_RATINGS = st.fixed_dictionaries({"taste": st.integers(0, 6), "convenience": st.integers(0, 5)})
_KINDS = st.sampled_from(["meals", "recipes", "clients", "tags", "product-sources", "users", "forms"])


@dataclass(slots=True)
class Tally:
    """`writes` counts those that succeeded: without them nothing would be proven."""

    sequences: int = 0
    requests: int = 0
    writes: int = 0


class BothRuntimes(RuleBasedStateMachine):
    """One request a step, to both; the ids in the bundles are those of what was created."""

    products: Bundle[str] = Bundle("products")
    meals: Bundle[str] = Bundle("meals")
    recipes: Bundle[str] = Bundle("recipes")
    clients: Bundle[str] = Bundle("clients")
    menus: Bundle[str] = Bundle("menus")
    forms: Bundle[str] = Bundle("forms")

    def __init__(self, sides: Sides, databases: tuple[Database, Database], client: Client, tally: Tally) -> None:
        super().__init__()
        self._sides, self._databases, self._client, self._tally = sides, databases, client, tally

    @initialize()
    def begin(self) -> None:
        for database in self._databases:
            database.restore()

    @rule(target=products, product=_PRODUCTS | st.lists(_PRODUCTS, max_size=3), user=_USERS)
    def create_products(self, product: Any, user: str | None) -> Any:
        answer = self.ask("POST", "/products", user, product)
        return multiple(*json.loads(answer.body)["product_ids"]) if answer.status == 201 else multiple()

    @rule(target=meals, meal=_MEALS, user=_USERS)
    def create_meal(self, meal: Any, user: str | None) -> Any:
        return self.created(self.ask("POST", "/meals", user, meal), "meal_id")

    @rule(target=meals, meal_id=meals, user=_USERS)
    def copy_meal(self, meal_id: str, user: str | None) -> Any:
        return self.created(self.ask("POST", "/meals/copy", user, {"meal_id": meal_id}), "meal_id")

    @rule(target=recipes, meal_id=meals, recipe=_RECIPES, user=_USERS)
    def create_recipe(self, meal_id: str, recipe: Any, user: str | None) -> Any:
        return self.created(self.ask("POST", "/recipes", user, {"meal_id": meal_id, **recipe}), "recipe_id")

    @rule(target=clients, name=_NAMES, user=_USERS)
    def create_client(self, name: Any, user: str | None) -> Any:
        return self.created(self.ask("POST", "/clients", user, {"profile": {"name": name}}), "client_id")

    @rule(target=menus, client_id=clients, meal_id=meals, slot=_SLOTS, user=_USERS)
    def create_menu(self, client_id: str, meal_id: str, slot: Any, user: str | None) -> Any:
        body = {"description": "m", "meals": [{"meal_id": meal_id, **slot}]}
        return self.created(self.ask("POST", f"/clients/{client_id}/menus", user, body), "menu_id")

    @rule(target=forms, name=st.sampled_from(["a", "b", "a b"]), user=_USERS)
    def create_form(self, name: str, user: str | None) -> Any:
        body = {"typeform_id": name, "webhook_url": "https://hooks.example/"}
        return self.created(self.ask("POST", "/forms", user, body), "form_id")

    @rule(meal_id=meals, meal=_MEALS, user=_USERS)
    def change_meal(self, meal_id: str, meal: Any, user: str | None) -> None:
        self.ask("PUT", f"/meals/{meal_id}", user, meal)

    @rule(recipe_id=recipes, recipe=_RECIPES, user=_USERS)
    def change_recipe(self, recipe_id: str, recipe: Any, user: str | None) -> None:
        self.ask("PUT", f"/recipes/{recipe_id}", user, recipe)

    @rule(recipe_id=recipes, rating=_RATINGS, user=_USERS)
    def rate(self, recipe_id: str, rating: Any, user: str | None) -> None:
        self.ask("POST", f"/recipes/{recipe_id}/rate", user, rating)

    @rule(form_id=forms, status=st.sampled_from(["paused", "completed", "draft"]), user=_USERS)
    def change_form(self, form_id: str, status: str, user: str | None) -> None:
        self.ask("PATCH", f"/forms/{form_id}", user, {"status": status})

    @rule(
        thing=st.one_of(
            *(
                st.tuples(st.just(kind), bundle)
                for kind, bundle in [("meals", meals), ("recipes", recipes), ("clients", clients), ("forms", forms)]
            )
        ),
        method=st.sampled_from(["GET", "GET", "DELETE"]),
        user=_USERS,
    )
    def read_or_delete(self, thing: tuple[str, str], method: str, user: str | None) -> None:
        self.ask(method, "/{}/{}".format(*thing), user)

    @rule(menu_id=menus, user=_USERS)
    def shopping_list(self, menu_id: str, user: str | None) -> None:
        self.ask("GET", f"/shopping-list/{menu_id}", user)

    @rule(product_id=products, user=_USERS)
    def read_product(self, product_id: str, user: str | None) -> None:
        self.ask("GET", f"/products/{product_id}", user)

    @rule(query=_QUERIES, user=_USERS)
    def products_of(self, query: str, user: str | None) -> None:
        self.ask("GET", f"/products?{query}", user)

    @rule(kind=_KINDS, query=st.sampled_from(["", "?limit=2&skip=1", "?sort=-created_at&limit=3"]), user=_USERS)
    def lists(self, kind: str, query: str, user: str | None) -> None:
        self.ask("GET", f"/{kind}{query}", user)

    @rule(name=st.sampled_from(["oats", "a%C3%A7ai", "100%25", "x"]))
    def search(self, name: str) -> None:
        self.ask("GET", f"/products/search/{name}", "user")

    def created(self, answer: Answer, key: str) -> Any:
        return str(json.loads(answer.body)[key]) if answer.status == 201 else multiple()

    def ask(self, method: str, target: str, user: str | None, body: Any = None) -> Answer:
        headers = (("Content-Type", "application/json"),) if body is not None else ()
        sent = json.dumps(body).encode() if body is not None else b""
        self._tally.requests += 1
        request = Request(f"step-{self._tally.requests}", method, target, headers, sent, user)
        outcome = self._sides.harness.compare(request, self._client)
        assert outcome.differences == ()
        assert outcome.in_lambda.status < 500
        self._tally.writes += method != "GET" and outcome.in_lambda.status < 300
        return outcome.in_lambda

    def teardown(self) -> None:
        in_lambda, in_fastapi = (database.fingerprint() for database in self._databases)
        assert in_lambda == in_fastapi


def test_random_sequences_leave_equal_answers_and_equal_rows(sides: Sides) -> None:
    every = settings(
        max_examples=SEQUENCES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    tally = Tally()
    with (
        Database(sides.databases[0]) as in_lambda,
        Database(sides.databases[1]) as in_fastapi,
        sides.harness.fastapi_side.client() as client,
    ):

        def machine() -> BothRuntimes:
            tally.sequences += 1
            return BothRuntimes(sides, (in_lambda, in_fastapi), client, tally)

        run_state_machine_as_test(machine, settings=every)  # type: ignore[arg-type]  # it calls it, nothing else
    print(
        f"\nstateful parity: {tally.sequences} sequences, {tally.requests} requests, {tally.writes} writes, all equal"
    )
    assert tally.sequences >= SEQUENCES
    assert tally.writes >= SEQUENCES
