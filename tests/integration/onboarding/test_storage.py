"""Seeds, the number of statements, and the indexes that lists stand on."""

from collections.abc import Iterator
from typing import Any

import anyio
import asyncpg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from src.contexts.client_onboarding.aws_lambda import update_form
from src.contexts.client_onboarding.core.bootstrap.seed import seed
from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from tests.integration.onboarding.support import ask, ask_all, change, deliver, listed, new_form, payload
from tests.support.rest import ADMINISTRATOR, rest_event

FILL = f"""
INSERT INTO client_onboarding.onboarding_forms
SELECT n, now() + n * interval '1 s', now() - n * interval '1 s', 1, false,
       CASE WHEN n % 2 = 0 THEN '{ADMINISTRATOR}' ELSE 'u' || n % 500 END, 'f' || n, 'https://x', 'active'
FROM generate_series(1000, 20999) n;
INSERT INTO client_onboarding.form_responses
SELECT 'r' || n, now(), now(), 1, false, f.id, f.user_id, 'r' || n, 's', '{{}}', 2, '[]', now() - n * interval '1 s'
FROM generate_series(1, 40000) n JOIN client_onboarding.onboarding_forms f ON f.id = 1000 + n % 20000;
ANALYZE client_onboarding.onboarding_forms, client_onboarding.form_responses;
"""


type Statement = tuple[str, tuple[Any, ...]]


@pytest.fixture
def statements() -> Iterator[list[Statement]]:
    """The statements on tables of this context with their values."""
    seen: list[Statement] = []

    def remember(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "client_onboarding." in statement:
            seen.append((statement, tuple(values)))

    event.listen(Engine, "before_cursor_execute", remember)
    yield seen
    event.remove(Engine, "before_cursor_execute", remember)


def run(database: str, sql: str, *values: Any) -> list[Any]:
    async def connected() -> list[Any]:
        connection = await asyncpg.connect(database)
        try:
            if values:
                return list(await connection.fetch(sql, *values))
            # Several statements at once take no values, and one without values gives its rows in this way only.
            return list(await connection.fetch(sql)) if sql.startswith("SELECT") else [await connection.execute(sql)]
        finally:
            await connection.close()

    return anyio.run(connected)


def test_an_empty_database_gets_the_seeds(database_url: str) -> None:
    async def fill() -> None:
        engine = create_engine(database_url, pooled=False)
        await seed(session_factory(engine))
        await engine.dispose()

    anyio.run(fill)
    rows = run(database_url, "SELECT response_id FROM client_onboarding.form_responses ORDER BY response_id")
    assert [row["response_id"] for row in rows] == [f"seeded-response-{number}" for number in (1, 2, 3)]


def test_no_query_for_each_row(database: str, statements: list[Statement]) -> None:
    form_id = new_form("abc")
    for number in range(6):
        deliver(payload("abc", f"r{number}"))
    counted = {}
    for limit in (1, 6):
        for name, call in {
            "list": lambda limit: listed(f"limit={limit}"),
            "form": lambda limit: ask({"query_type": "responses_by_form", "form_id": form_id, "limit": limit}),
            "user": lambda limit: ask({"query_type": "responses_by_user", "limit": limit}),
            "forms": lambda limit: ask({"query_type": "forms_by_user", "limit": limit}),
        }.items():
            statements.clear()
            assert call(limit).status == 200
            counted[name, limit] = len(statements)
    expected = {"list": 1, "form": 3, "user": 2, "forms": 1}
    assert counted == {(name, limit): count for name, count in expected.items() for limit in (1, 6)}
    statements.clear()
    ask_all({"queries": [{"query_type": "responses_by_form", "form_id": form_id}] * 20})
    assert len(statements) <= 60


@pytest.mark.long
def test_lists_stand_on_indexes(database: str, statements: list[Statement]) -> None:
    run(database, FILL)
    for query in ("", "sort=created_at", "sort=-id&skip=10", "status=active", "typeform-id-like=f1"):
        assert len(listed(query).json) > 10
    for asked in (
        {"query_type": "forms_by_user"},
        {"query_type": "responses_by_user"},
        {"query_type": "responses_by_form", "form_id": 1000},
        {"query_type": "response_by_id", "response_id": "r20000"},
    ):
        assert ask(asked).status == 200
    new_form("abc")
    assert deliver(payload("abc", "token")).status == 200
    plans = {statement: explained(database, statement, values) for statement, values in statements}
    scans = [(statement, plan) for statement, plan in plans.items() if "Seq Scan" in plan]
    assert scans == []
    # A page is read off an index in its order, not sorted out of all there is.
    assert [statement for statement, plan in plans.items() if "LIMIT" in statement and '"Sort"' in plan] == []
    assert len(plans) > 10


def explained(database: str, statement: str, values: tuple[Any, ...]) -> str:
    plan: str = run(database, f"EXPLAIN (FORMAT JSON) {statement}", *values)[0][0]
    return plan


def test_a_change_that_another_was_faster_with_is_a_conflict(database: str) -> None:
    form_id = new_form("abc")
    answers: list[int] = []

    async def one(number: int) -> None:
        body = {"webhook_url": f"https://example.test/{number}"}
        happening = rest_event("PATCH", "/forms/{form_id}", parameters={"form_id": str(form_id)}, body=body)
        answers.append((await update_form.async_handler(happening, None))["statusCode"])

    async def many() -> None:
        async with anyio.create_task_group() as group:
            for number in range(6):
                group.start_soon(one, number)

    anyio.run(many)
    assert set(answers) <= {200, 409}
    version = change(form_id, {}).json["version"]
    assert version == 1 + answers.count(200)
