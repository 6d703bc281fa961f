"""Tables at length: 5 000 that are changed at random, one of 1 000 routes beside the bare parse of its handlers, and
code bases of each source over a real server beside Lambda."""

import gc
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.codebase import Target
from codegen.discovery import Files
from codegen.pipeline import Pipeline
from codegen.scan.module import read_module
from codegen.settings import load_settings
from codegen.sources.cloudformation import templates
from codegen.sources.reading import Reading
from tests.golden.sources.cases import write
from tests.support.hostile_tables import mutate_and_read
from tests.support.postgres import ROOT
from tests.support.served_tables import SERVED, compare, environment, lay, requests, unasked

pytestmark = pytest.mark.alone

MUTATED, ROUTES, ROUNDS = 5_000, 1_000, 5
# 1.6 was met when functions were only looked for. Each is followed now, to be documented: 1.66 to 1.94 when quiet.
READ_SECONDS, WANTED_RATIO, MOST = 0.5, 1.6, 2.5
_HANDLER = '''import json

TABLE = GIVEN.get("TABLE")


def handler(event, context):
    """Returns an item with its active rows."""
    item = load(event["pathParameters"]["id"])
    if item is None:
        return {"statusCode": 404, "body": json.dumps({"message": "not found"})}
    rows = [row for row in item["rows"] if row["active"]]
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps({"rows": rows})}


def load(key):
    return {"rows": [], "key": key, "table": TABLE}
'''
_HEAD = """Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12}}
Resources:
  Items: {Type: AWS::DynamoDB::Table}
"""
_FUNCTION = """  F%(n)d:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/f%(n)d
      Handler: app.handler
      Environment: {Variables: {TABLE: !Ref Items}}
      Events:
        Get: {Type: Api, Properties: {Path: '/things/%(n)d/{id}', Method: get}}
"""


def test_mutated_tables(tmp_path: Path) -> None:
    for seed in range(MUTATED):
        mutate_and_read(10_000 + seed, tmp_path / str(seed))
    print(f"tables: {MUTATED} mutated ones read or refused")


def _parsed(files: list[Path]) -> None:
    for file in files:
        read_module("x", file.read_bytes())


def test_a_thousand_routes_of_a_template(tmp_path: Path) -> None:
    write(tmp_path / "template.yaml", _HEAD + "".join(_FUNCTION % {"n": n} for n in range(ROUTES)))
    files = [tmp_path / f"functions/f{n}/app.py" for n in range(ROUTES)]
    for file in files:
        write(file, _HANDLER)
    read = min(_cpu(lambda: templates.read(Reading(Files(tmp_path)), "template.yaml")) for _ in range(ROUNDS))
    target = Target(tmp_path, tmp_path / "generated", load_settings(tmp_path), cache=False)
    # In turns: a machine is not as fast all the time.
    rounds = [(_cpu(lambda: _parsed(files)), _cpu(lambda: Pipeline(target).declared())) for _ in range(ROUNDS)]
    bare, whole = map(min, zip(*rounds, strict=True))
    print(
        f"tables: {ROUTES} routes of SAM read in {read:.2f} s ({READ_SECONDS} are wanted on an idle machine); "
        f"the run {whole / bare:.2f} of the bare parse ({WANTED_RATIO} are wanted, {MOST} are too much)"
    )
    assert len(Pipeline(target).declared().routes) == ROUTES
    assert whole / bare < MOST


def _cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU, without the collector, as the generator itself runs."""
    gc.disable()
    start = time.process_time()
    try:
        work()
    finally:
        gc.enable()
    return time.process_time() - start


@pytest.mark.parametrize("name", sorted(path.stem for path in SERVED.glob("*.txt")))
def test_every_route_of_a_code_base_answers_as_in_lambda(name: str, tmp_path: Path) -> None:
    root = tmp_path / name
    lay(name, root)
    assert unasked(name, root) == []
    start = time.monotonic()
    faults, told = compare(name, root)
    print(f"tables: {name}: {len(requests(name))} requests equal in {time.monotonic() - start:.1f} s")
    assert faults == [], told


def test_two_commands_lead_from_a_clone_to_an_answer(tmp_path: Path) -> None:
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    lay("sam", origin)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "All"]):
        subprocess.run([*git, *command], cwd=origin, check=True)
    start = time.monotonic()
    subprocess.run(["git", "clone", "-q", str(origin), str(clone)], check=True)
    command = [sys.executable, "-m", "src.lambdatwin", "serve", "--root", str(clone), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = next(
                found[0] for line in server.stdout if (found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line))
            )
            with urllib.request.urlopen(f"{url}/books?genre=a", timeout=60) as response:
                body = response.read()
        finally:
            server.terminate()
            server.stdout.close() if server.stdout else None
    print(f"tables: clone, serve, answer: {time.monotonic() - start:.1f} s")
    assert b'"genre": ["a"]' in body
