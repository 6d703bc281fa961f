"""`python -m src.parity REQUESTS.jsonl`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOYS = Path(__file__).parent / "toys"
ARGUMENTS = ["--root", str(TOYS), "--routes", str(TOYS / "routes.json"), "--no-database"]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "src.parity", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)


@pytest.fixture
def requests_file(tmp_path: Path) -> str:
    lines = [
        {"id": "first", "method": "POST", "path": "/echo/a?b=1", "headers": {"X-Tamper": "another_status"}},
        {"method": "GET", "path": "/results/0"},
        {"method": "GET", "path": "/nowhere"},
    ]
    path = tmp_path / "requests.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return str(path)


def test_equal_requests_give_a_table_and_exit_0(requests_file: str) -> None:
    done = _run(requests_file, *ARGUMENTS)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["id", "request", "Lambda", "FastAPI"]
    assert lines[1].split() == ["equal", "first", "POST", "/echo/a?b=1", "200", "200"]
    assert lines[3].split() == ["equal", "line-3", "GET", "/nowhere", "403", "403"]
    assert lines[-1] == "3 of 3 requests equal"


def test_a_difference_is_shown_with_its_first_byte_and_exits_1(requests_file: str) -> None:
    done = _run(requests_file, *ARGUMENTS, "--wrap", "tests.integration.parity.tampering:tampered")
    assert done.returncode == 1
    assert "DIFFERENT  first" in done.stdout
    assert "status: 200 in Lambda, 201 in FastAPI" in done.stdout
    assert done.stdout.splitlines()[-1] == "2 of 3 requests equal"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/nowhere.jsonl"], "/nowhere.jsonl: No such file"),
        (["{requests}", "--root", "/nowhere"], "/nowhere: no such folder"),
        (["{requests}", "--routes", "/nowhere"], "/nowhere: No such file"),
        (["{requests}", "--routes", "{requests}"], "not a list of routes"),
        (["{requests}", "--root", str(TOYS), "--routes", str(TOYS / "routes.json")], "--database-url"),
        (["{requests}", *ARGUMENTS, "--wrap", "nowhere:nothing"], "No module named 'nowhere'"),
    ],
)
def test_a_run_that_cannot_take_place_says_why_and_exits_2(
    requests_file: str, arguments: list[str], words: str
) -> None:
    done = _run(*(argument.format(requests=requests_file) for argument in arguments))
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.startswith("error: ")
    assert done.stdout == ""


def test_this_repositorys_own_routes_run_on_copies_of_a_database(tmp_path: Path, seeded_database_url: str) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text('{"method": "POST", "path": "/products", "user": "admin", "json": {"name": "From a file"}}')
    for _ in range(2):  # the database itself is not written to, so that the same product can be added again
        done = _run(str(path), "--database-url", seeded_database_url)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[1].split()[-2:] == ["201", "201"]
