"""A repository's own settings count in `lambdatwin parity`, and what cannot be compared is said."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support import foreign

_SETTINGS = '[tool.codegen]\nentry = "main"\npayload = "2.0"\n'
_HANDLER = '''
import asyncio
import json
import time
import uuid
from datetime import date, datetime, timezone

made = []


def stamp(now=datetime.now):
    """Takes its clock away before anything can be put in its place."""
    return now(timezone.utc).isoformat()


async def handler(event, context):
    """Handle ANY /things/{name} to see things.

    Request:
        Auth: public
    """
    said = {"version": event["version"], "path": event["rawPath"]}
    match event["pathParameters"]["name"]:
        case "known":
            now = datetime.now(timezone.utc)
            assert isinstance(now, datetime)
            said |= {"id": str(uuid.uuid4()), "at": now.isoformat(), "s": time.time(), "day": str(date.today())}
        case "own":
            said |= {"at": stamp()}
        case "named":
            said |= {"n": [context.function_name, context.invoked_function_arn, context.log_group_name]}
        case "counted":
            made.append(1)
            said |= {"count": len(made)}
    return {"statusCode": 200, "headers": {"x-at": said.get("at", "")}, "body": json.dumps(said)}


def main(event, context):
    return asyncio.run(handler(event, context))
'''


_ENDS = """
import asyncio
import sys

{module}


async def handler(event, context):
    \"\"\"Handle GET /{path} to end.

    Request:
        Auth: public
    \"\"\"
    {body}
    return {{"statusCode": 200, "body": "as always"}}


def main(event, context):
    {entry}
"""
_ENTRIES = {
    "run": "return asyncio.run(handler(event, context))",
    "loop": "return asyncio.get_event_loop().run_until_complete(handler(event, context))",
    "module_loop": "return LOOP.run_until_complete(handler(event, context))",
    "exit": "return asyncio.run(handler(event, context))",
}


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of a few functions, whose package is called `src`, as this one's is."""
    root = tmp_path_factory.mktemp("foreign") / "things"
    folder = root / "src" / "contexts" / "aws_lambda"
    folder.mkdir(parents=True)
    for package in (root / "src", root / "src" / "contexts", folder):
        (package / "__init__.py").touch()
    (folder / "thing.py").write_text(_HANDLER)
    for path, entry in _ENTRIES.items():
        body = "sys.exit(3)" if path == "exit" else "pass"
        module = "LOOP = asyncio.get_event_loop()" if path == "module_loop" else ""
        (folder / f"{path}.py").write_text(_ENDS.format(path=path, body=body, module=module, entry=entry))
    (root / "pyproject.toml").write_text(_SETTINGS)
    return foreign.generated(root)


_LOOPS = ("run", "loop", "module_loop", "run", "loop")
_ASKED = (
    *(("PUT", f"/things/{name}") for name in ("known", "counted", "named", "own")),
    ("GET", "/exit"),
    *(("GET", f"/{path}") for path in _LOOPS),
)


@pytest.fixture(scope="module")
def asked(things: Path) -> Path:
    """The file of all requests."""
    file = things.parent / "requests.jsonl"
    rows = [{"id": str(number), "method": method, "path": path} for number, (method, path) in enumerate(_ASKED)]
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


@pytest.fixture(scope="module")
def ran(things: Path, asked: Path) -> foreign.Ran:
    """One run of the command for all requests."""
    return foreign.parity(things, str(asked), DATABASE_URL="")


def told(ran: foreign.Ran, path: str) -> list[list[str]]:
    """The words of the lines about the requests of a path: without their ids."""
    words = [line.split() for line in ran.lines if path in line.split()]
    return [[one[0], *one[2:]] for one in words]


def test_payload_and_entry_are_those_of_the_repository(ran: foreign.Ran) -> None:
    for name in ("known", "counted"):
        path = f"/things/{name}"
        assert told(ran, path) == [["equal", "PUT", path, "200", "200"]], (ran.lines, ran.errors)


def test_a_function_has_one_name_on_both_sides(ran: foreign.Ran) -> None:
    assert [line[0] for line in told(ran, "/things/named")] == ["equal"], ran


def test_a_time_that_cannot_be_known_is_not_called_equal_and_no_difference(ran: foreign.Ran) -> None:
    (line,) = (number for number, line in enumerate(ran.lines) if "/things/own" in line)
    assert [one.split()[0] for one in ran.lines[line : line + 3]] == ["UNDECIDED", "not", "not"], ran
    assert "ids or times of the backend's own" in ran.lines[line + 1]
    assert ran.lines[-1] == f"{len(_ASKED) - 1} of {len(_ASKED)} requests equal, 1 could not be compared"
    assert ran.code == 0


def test_each_function_has_a_process_with_an_event_loop_of_its_own(ran: foreign.Ran) -> None:
    """As in Lambda, where `asyncio.run` in one function takes no loop away from another."""
    found = [line[-2:] for path in sorted(set(_LOOPS)) for line in told(ran, f"/{path}")]
    assert found == [["200", "200"]] * len(_LOOPS), ran


def test_a_handler_that_exits_is_the_gateways_failure_and_the_run_goes_on(ran: foreign.Ran) -> None:
    assert [line[-2:] for line in told(ran, "/exit")] == [["500", "500"]], ran
    assert [line[-2:] for line in told(ran, "/run")] == [["200", "200"]] * 2, ran


@pytest.mark.long
def test_routers_that_are_not_generated_yet_are_made(things: Path, asked: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(things, tmp_path / "things", ignore=shutil.ignore_patterns("generated")))
    ran = foreign.parity(root, str(asked))
    assert (ran.code, ran.errors) == (0, ""), ran
    assert not (root / "generated").exists()


def test_relative_paths_begin_where_the_command_is_given(things: Path) -> None:
    ran = foreign.parity(things, "nowhere.jsonl")
    assert (ran.code, ran.lines) == (2, [])
    assert ran.errors.startswith(f"error: {foreign.PROJECT / 'nowhere.jsonl'}: No such file")
