"""What a sync entry gives back: from an event loop that it runs, and without a status."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from codegen.cli import app
from tests.golden.sources.cases import write

MODULE = '''import asyncio
import json

import anyio

async def main(event):
    if event.get("body") is None:
        return {{"statusCode": 404, "body": json.dumps({{"problem": "none"}})}}
    return {{"statusCode": 201, "body": json.dumps({{"made": 1}})}}


def lambda_handler(event, context):
    """Handle POST /things to make one.

    Request:
        Auth: public
    """
    {body}
'''
LOOPS = {
    "asyncio": "return asyncio.run(main(event))",
    "keyword": "return asyncio.run(main=main(event))",
    "variable": "result = asyncio.run(main(event))\n    return result",
    "anyio": "return anyio.run(main, event)",
}


def read(root: Path, body: str) -> tuple[dict[str, Any], str]:
    """The route, and what is said of it."""
    write(root / "shop/aws_lambda/things.py", MODULE.format(body=body))
    found = CliRunner().invoke(app, ["routes", "--format", "json", "--root", str(root), "--no-cache"])
    assert found.exit_code == 0, found.output
    (route,) = json.loads(found.stdout)
    return route, found.stderr


@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_what_an_event_loop_gives_back_is_documented(tmp_path: Path, body: str) -> None:
    route, said = read(tmp_path, body)
    assert (route["status"], route["statuses"], route["response"]["keys"]) == (201, [201, 404], ["made"])
    assert "warning" not in said


@pytest.mark.parametrize(
    "body", ["return {}", 'return {"body": json.dumps({"a": 1})}', 'return {"headers": {"X-A": "1"}}']
)
def test_a_result_without_a_status_is_a_200(tmp_path: Path, body: str) -> None:
    route, said = read(tmp_path, body)
    assert (route["status"], route["statuses"]) == (200, [200])
    assert "warning" not in said


def test_a_status_that_may_be_missing_is_told(tmp_path: Path) -> None:
    _, said = read(tmp_path, 'return {**json.loads(event["body"]), "body": "a"}')
    assert "CG108" in said
