"""Every example of the documentation is sent to the real server, on the sample data."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.e2e.conftest import TokenMaker
from tests.e2e.test_server import operations
from tests.support import postgres
from tests.support.server import Server, running_server

_ORDER = {"GET": 0, "POST": 1, "PUT": 2, "PATCH": 2, "DELETE": 3}


@pytest.fixture(scope="module")
def server(postgres_server: str, seeded_template: str) -> Iterator[Server]:
    # In development the webhook takes unsigned bodies.
    with postgres.clone(postgres_server, seeded_template) as url, running_server(url, ENVIRONMENT="development") as one:
        yield one


def example_request(path: str, operation: dict[str, Any]) -> tuple[str, dict[str, Any], Any]:
    """Path, query and body as Swagger UI fills them in. Fails for a parameter that has to be given and has none."""
    query: dict[str, Any] = {}
    for parameter in operation.get("parameters", ()):
        name, where = parameter["name"], parameter["in"]
        if where == "path":
            path = path.replace(f"{{{name}}}", quote(str(parameter["example"]), safe=""))
        elif "example" in parameter:
            query[name] = parameter["example"]
    body = operation.get("requestBody")
    return path, query, body["content"]["application/json"]["example"] if body else None


def in_order(rows: Iterable[tuple[str, str, dict[str, Any]]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Operations in an order in which no example removes what another needs."""
    return sorted(rows, key=lambda row: (_ORDER[row[0]], -row[1].count("/")))


def shown_answer(operation: dict[str, Any], status: str) -> Any:
    return operation["responses"][status]["content"]["application/json"]["example"]


def _alike(shown: Any, real: Any) -> bool:
    """Whether both are of one type, and objects have the same keys: `shown` may have fewer items."""
    if isinstance(shown, list) and isinstance(real, list):
        return all(_alike(one, real[0]) for one in shown[:1] if real)
    return type(shown) is type(real) and (not isinstance(shown, dict) or shown.keys() == real.keys())


def test_every_example_works_on_the_sample_data(server: Server, token_of: TokenMaker) -> None:
    unexpected: list[str] = []
    with server.client(headers=token_of()) as client:
        document = client.get("/openapi.json").json()
        rows = in_order(operations(document))
        assert len(rows) > 40
        for method, template, operation in rows:
            path, query, body = example_request(template, operation)
            answer = client.request(method, path, params=query, json=body)
            success = next(status for status in operation["responses"] if status.startswith("2"))
            if answer.status_code != int(success):
                unexpected.append(f"{method} {path} {query}: {answer.status_code} {answer.text[:200]}")
            elif not _alike(shown_answer(operation, success), answer.json()):
                unexpected.append(f"{method} {path}: answers.json is not like {answer.text[:200]}")
    assert not unexpected, "\n".join(unexpected)


def test_lists_have_something_to_show(server: Server, token_of: TokenMaker) -> None:
    with server.client(headers=token_of()) as client:
        for path in ("/products", "/recipes", "/tags", "/users"):
            assert client.get(path, params={"limit": 5}).json(), path


def test_every_operation_says_who_may_ask_and_who_answers(server: Server) -> None:
    with server.client() as client:
        document = client.get("/openapi.json").json()
    for method, path, operation in operations(document):
        words = operation["description"]
        assert f"**Who answers:** `{operation['x-lambda-handler']}`" in words, (method, path)
        assert "**Who may ask:**" in words, (method, path)
        for permission in operation.get("x-required-permissions", ()):
            assert f"`{permission}`" in words, (method, path)
    contexts = [tag["name"] for tag in document["tags"]]
    assert contexts == ["Products catalog", "Recipes catalog", "Client onboarding", "IAM", "Health", "Login"]


def test_every_documented_error_shows_its_own_body(server: Server, token_of: TokenMaker) -> None:
    with server.client(headers=token_of()) as client:
        document = client.get("/openapi.json").json()
        real = client.get("/products/00000000-0000-4000-8000-000000000000").json()
    for _, path, operation in operations(document):
        for status in {"400", "403", "404", "409", "422", "500"} & operation["responses"].keys():
            shown = operation["responses"][status]["content"]["application/json"]["example"]
            assert shown["status_code"] == int(status), path
            assert shown.keys() == real.keys(), path
