"""`lambdatwin parity` on other backends: in processes of their own, with their own packages `src` and `generated`."""

import json
from collections import Counter
from pathlib import Path

import pytest

from src.lambdatwin.parity.lambda_side.router import Resources, routes_of
from src.lambdatwin.parity.requests import read_requests
from tests.support import foreign

_TAMPER = """
def tampered(app):
    async def wrapped(scope, receive, send):
        async def changed(message):
            body = message.get("body")
            await send({**message, "body": body[:-1] + b"~"} if body else message)

        await app(scope, receive, changed)

    return wrapped
"""


@pytest.fixture
def options(request: pytest.FixtureRequest) -> list[str]:
    name = request.node.callspec.params["name"]
    return ["--database-url", request.getfixturevalue("clinic_database")] if name == "clinic" else []


def _not_equal(ran: foreign.Ran) -> list[str]:
    """The rows of the table that say anything but equal, with the lines below them."""
    return [line for line in ran.lines[1:-1] if not line.startswith("equal ")]


@pytest.mark.long
@pytest.mark.parametrize("name", ["clinic", "parcels"])
def test_every_route_answers_as_lambda(name: str, options: list[str], tmp_path: Path) -> None:
    root = foreign.copied(name, tmp_path)
    ran = foreign.parity(root, str(root / "requests.jsonl"), *options)
    requests = read_requests(root / "requests.jsonl")
    assert (_not_equal(ran), ran.code, ran.errors) == ([], 0, "")
    assert ran.lines[-1] == f"{len(requests)} of {len(requests)} requests equal"
    routes = routes_of(root)
    resources = Resources(routes)
    found = (resources.find(request.method, request.target.partition("?")[0]) for request in requests)
    asked = Counter(route.key for route, _ in filter(None, found))
    assert {route.key for route in routes if asked[route.key] < 3} == set()
    assert {line.split()[-1][0] for line in ran.lines[1:-1]} == {"2", "4", "5"}


@pytest.mark.long
def test_binary_types_of_the_settings_reach_both_sides_and_a_planted_difference_is_found(tmp_path: Path) -> None:
    root = foreign.copied("parcels", tmp_path)
    (root / "tamper.py").write_text(_TAMPER)
    rows = [
        {"method": "GET", "path": "/labels/B2", "headers": {"Accept": "image/gif"}},
        {"method": "DELETE", "path": "/parcels/B2", "user": "c-2"},
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    ran = foreign.parity(
        root, str(tmp_path / "rows.jsonl"), "--wrap", "tamper:tampered", LAMBDATWIN_BINARY_MEDIA_TYPES="image/gif"
    )
    assert [line.split()[0] for line in ran.lines[1:]] == ["DIFFERENT", "body:", "equal", "1"], ran
    in_lambda, in_fastapi = ran.lines[2].split(" in Lambda, ")
    assert "\\x00o\\x00'" in in_lambda  # the picture's own bytes, not their Base64
    assert "~" in in_fastapi
    assert ran.code == 1


@pytest.mark.long
def test_a_role_that_is_taken_away_counts_at_once_through_the_hook(clinic_database: str, tmp_path: Path) -> None:
    """A warm function keeps the users that it has seen; the server's copy of them ends with the role."""
    root = foreign.copied("clinic", tmp_path)
    manager, colleague = (f"aaaaaaaa-0000-4000-8000-00000000000{number}" for number in (1, 3))
    invoice = {"patient": "P-1", "cents": 5}
    rows = [
        {"method": "POST", "path": "/invoices", "user": colleague, "json": {"number": 1, **invoice}},
        {"method": "DELETE", "path": f"/staff/{colleague}/role", "user": manager},
        {"method": "POST", "path": "/invoices", "user": colleague, "json": {"number": 2, **invoice}},
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    ran = foreign.parity(root, str(tmp_path / "rows.jsonl"), "--database-url", clinic_database)
    statuses = [line.split()[-2:] for line in ran.lines[1:] if line[:1].isalpha()]
    assert statuses == [["201", "201"], ["204", "204"], ["201", "403"]], ran


def test_one_needs_a_small_adapter_and_the_other_none() -> None:
    adapter = foreign.BACKENDS / "clinic" / "src" / "runtimes" / "fastapi" / "twin.py"
    assert len(adapter.read_text("utf-8").splitlines()) <= 60
    assert not list((foreign.BACKENDS / "parcels").rglob("pyproject.toml"))
    for name in ("clinic", "parcels"):
        files = (file for file in (foreign.BACKENDS / name).rglob("*.py") if file != adapter)
        assert [file for file in files if "lambdatwin" in file.read_text("utf-8")] == []
