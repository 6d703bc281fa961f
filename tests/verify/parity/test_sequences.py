"""Stateful parity: random sequences of writes and reads, on two databases, through two runtimes."""

import json
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test

from src.parity.fastapi_side.client import Client
from src.parity.requests import Request
from src.parity.wire import Answer
from tests.verify.parity.conftest import Sides
from tests.verify.parity.rows import Database

SEQUENCES = 500
STEPS = 8

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


def _machine(sides: Sides, databases: tuple[Database, Database], client: Client, tally: list[int]) -> Any:
    numbers = count(1)

    class BothRuntimes(RuleBasedStateMachine):
        products = Bundle("products")

        @initialize()
        def begin(self) -> None:
            for database in databases:
                database.restore()

        @rule(target=products, product=_PRODUCTS | st.lists(_PRODUCTS, max_size=3), user=_USERS)
        def create(self, product: Any, user: str | None) -> Any:
            answer = self.ask("POST", "/products", user, json.dumps(product).encode())
            return multiple(*json.loads(answer.body)["product_ids"]) if answer.status == 201 else multiple()

        @rule(product_id=products, user=_USERS)
        def read(self, product_id: str, user: str | None) -> None:
            self.ask("GET", f"/products/{product_id}", user)

        @rule(query=_QUERIES, user=_USERS)
        def fetch(self, query: str, user: str | None) -> None:
            self.ask("GET", f"/products?{query}", user)

        @rule(name=st.sampled_from(["oats", "a%C3%A7ai", "100%25", "x"]))
        def search(self, name: str) -> None:
            self.ask("GET", f"/products/search/{name}", "user")

        def ask(self, method: str, target: str, user: str | None, body: bytes = b"") -> Answer:
            headers = (("Content-Type", "application/json"),) if body else ()
            request = Request(f"step-{next(numbers)}", method, target, headers, body, user)
            outcome = sides.harness.compare(request, client)
            tally[1] += 1
            assert outcome.differences == ()
            return outcome.in_lambda

        def teardown(self) -> None:
            tally[0] += 1
            in_lambda, in_fastapi = (database.fingerprint() for database in databases)
            assert in_lambda == in_fastapi

    return BothRuntimes


def test_random_sequences_leave_equal_answers_and_equal_rows(sides: Sides) -> None:
    tally = [0, 0]
    every = settings(
        max_examples=SEQUENCES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with (
        Database(sides.databases[0]) as in_lambda,
        Database(sides.databases[1]) as in_fastapi,
        sides.harness.fastapi_side.client() as client,
    ):
        machine = _machine(sides, (in_lambda, in_fastapi), client, tally)
        run_state_machine_as_test(machine, settings=every)
    print(f"\nstateful parity: {tally[0]} sequences, {tally[1]} requests, all answers and rows equal")
    assert tally[0] >= SEQUENCES
