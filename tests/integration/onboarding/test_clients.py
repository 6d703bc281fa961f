"""A response becomes a client's onboarding data."""

import json
from typing import Any

import anyio
import asyncpg
import pytest

from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.client import ClientContent
from src.contexts.recipes_catalog.core.domain.client_commands import CreateClient
from src.contexts.shared_kernel.domain.contact import Profile
from tests.integration.onboarding.support import ask, deliver, new_form, payload
from tests.support.rest import ADMINISTRATOR, PLAIN_USER

CLIENT = "33333333-3333-4333-8333-333333333333"


def take_on(author_id: str) -> None:
    command = CreateClient(author_id=author_id, content=ClientContent(profile=Profile("Ana Souza")), client_id=CLIENT)
    anyio.run(Container().bootstrap().handle, command)


def kept(database: str) -> Any:
    async def read() -> Any:
        connection = await asyncpg.connect(database)
        try:
            return await connection.fetchval(
                "SELECT onboarding_data FROM recipes_catalog.clients WHERE id = $1", CLIENT
            )
        finally:
            await connection.close()

    found = anyio.run(read)
    return None if found is None else json.loads(found)


def processed(response_id: str) -> Any:
    answer = ask({"query_type": "response_by_id", "response_id": response_id})
    return answer.json["responses"][0]["processed_at"]


def test_the_client_that_a_response_names_keeps_the_answers(database: str) -> None:
    take_on(ADMINISTRATOR)
    form_id = new_form("abc")
    assert deliver(payload("abc", "r1", hidden={"client_id": CLIENT})).status == 200
    data = kept(database)
    assert (data["form_id"], data["response_id"]) == (form_id, "r1")
    assert data["answers"] == {"Your name": "Ana Souza", "Your e-mail": "ana@example.com"}
    assert processed("r1") is not None
    # The same response again is no news, whatever else it says now.
    deliver(payload("abc", "r1", hidden={"client_id": CLIENT}, answers=[]))
    assert kept(database) == data


def test_a_response_that_names_nobody_changes_no_client(database: str) -> None:
    take_on(ADMINISTRATOR)
    new_form("abc")
    assert deliver(payload("abc", "r1")).status == 200
    assert kept(database) is None


@pytest.mark.parametrize("author_id", [PLAIN_USER, None])
def test_somebody_elses_client_and_no_client_at_all_keep_nothing(database: str, author_id: str | None) -> None:
    if author_id is not None:
        take_on(author_id)
    new_form("abc")
    # The response is stored all the same, and is seen not to be processed.
    assert deliver(payload("abc", "r1", hidden={"client_id": CLIENT})).status == 200
    assert processed("r1") is None
    assert kept(database) is None
