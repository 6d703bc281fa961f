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


@pytest.fixture
def things(tmp_path: Path) -> Path:
    """A repository with one function, whose package is called `src`, as this one's is."""
    root = tmp_path / "things"
    folder = root / "src" / "contexts" / "aws_lambda"
    folder.mkdir(parents=True)
    for package in (root / "src", root / "src" / "contexts", folder):
        (package / "__init__.py").touch()
    (folder / "thing.py").write_text(_HANDLER)
    (root / "pyproject.toml").write_text(_SETTINGS)
    return foreign.generated(root)


def _requests(folder: Path, *names: str) -> str:
    file = folder / "requests.jsonl"
    rows = [{"id": f"{name}-1", "method": "PUT", "path": f"/things/{name}"} for name in names]
    file.write_text("\n".join(map(json.dumps, rows)))
    return str(file)


def test_payload_and_entry_are_those_of_the_repository(things: Path, tmp_path: Path) -> None:
    ran = foreign.parity(things, _requests(tmp_path, "known", "counted"), DATABASE_URL="")
    assert [line.split() for line in ran.lines[1:]] == [
        ["equal", "known-1", "PUT", "/things/known", "200", "200"],
        ["equal", "counted-1", "PUT", "/things/counted", "200", "200"],
        ["2", "of", "2", "requests", "equal"],
    ], (ran.lines, ran.errors)


def test_a_function_has_one_name_on_both_sides(things: Path, tmp_path: Path) -> None:
    ran = foreign.parity(things, _requests(tmp_path, "named"))
    assert ran.lines[-1] == "1 of 1 requests equal", ran


def test_a_time_that_cannot_be_known_is_not_called_equal_and_no_difference(things: Path, tmp_path: Path) -> None:
    ran = foreign.parity(things, _requests(tmp_path, "own", "known"))
    assert [line.split()[0] for line in ran.lines[1:]] == ["UNDECIDED", "not", "not", "equal", "1"], ran
    assert "ids or times of the backend's own" in ran.lines[2]
    assert ran.lines[-1] == "1 of 2 requests equal, 1 could not be compared"
    assert ran.code == 0


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


def _add(root: Path, path: str, body: str = "pass", module: str = "") -> None:
    text = _ENDS.format(path=path, body=body, module=module, entry=_ENTRIES[path])
    (root / f"src/contexts/aws_lambda/{path}.py").write_text(text)


def test_each_function_has_a_process_with_an_event_loop_of_its_own(things: Path, tmp_path: Path) -> None:
    """As in Lambda, where `asyncio.run` in one function takes no loop away from another."""
    _add(things, "run")
    _add(things, "loop")
    _add(things, "module_loop", module="LOOP = asyncio.get_event_loop()")
    foreign.generated(things)
    file = tmp_path / "requests.jsonl"
    rows = [{"method": "GET", "path": f"/{path}"} for path in ("run", "loop", "module_loop", "run", "loop")]
    file.write_text("\n".join(map(json.dumps, rows)))
    ran = foreign.parity(things, str(file))
    assert [line.split()[-2:] for line in ran.lines[1:-1]] == [["200", "200"]] * 5, ran


def test_a_handler_that_exits_is_the_gateways_failure_and_the_run_goes_on(things: Path, tmp_path: Path) -> None:
    _add(things, "exit", body="sys.exit(3)")
    _add(things, "run")
    foreign.generated(things)
    file = tmp_path / "requests.jsonl"
    file.write_text('{"method": "GET", "path": "/exit"}\n{"method": "GET", "path": "/run"}')
    ran = foreign.parity(things, str(file))
    assert [line.split()[-2:] for line in ran.lines[1:-1]] == [["500", "500"], ["200", "200"]], ran


def test_routers_that_are_not_generated_yet_are_told_in_a_sentence(things: Path, tmp_path: Path) -> None:
    shutil.rmtree(things / "generated")
    ran = foreign.parity(things, _requests(tmp_path, "known"))
    assert ran.code == 2
    (line,) = ran.errors.splitlines()
    assert line.startswith("error: generated: there is no generated.registry, which ")


def test_relative_paths_begin_where_the_command_is_given(things: Path, tmp_path: Path) -> None:
    ran = foreign.parity(things, "nowhere.jsonl")
    assert (ran.code, ran.lines) == (2, [])
    assert ran.errors.startswith(f"error: {foreign.PROJECT / 'nowhere.jsonl'}: No such file")
