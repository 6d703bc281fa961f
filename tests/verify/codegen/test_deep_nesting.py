"""Modules nested so deeply that a parser could end the process: a finding, and the other modules are still read."""

import json
from pathlib import Path

import pytest

from tests.support.handlerwriter import command

LEVELS = 20_000
HANDLER = '''import json

import anyio

{deep}


async def async_handler(event, _):
    """Handle GET /{name} to dig.

    Request:
        Auth: public
    """
    return {{"statusCode": 200, "headers": {{}}, "body": json.dumps({{"x": x}})}}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
'''
CHAINS = {
    "parentheses": ("x = " + "(" * LEVELS, "1" + ")" * LEVELS),
    "lists": ("x = " + "[" * LEVELS, "]" * LEVELS),
    "objects": ("x = " + "{1: " * LEVELS, "1" + "}" * LEVELS),
    "attributes": ("x = a", ".b" * LEVELS),
    "calls": ("x = a", "()" * LEVELS),
    "methods": ("x = a", ".b()" * LEVELS),
    "subscripts": ("x = a", "[0]" * LEVELS),
    "signs": ("x = ", "-" * LEVELS + "1"),
    "negations": ("x = ", "not " * LEVELS + "1"),
    "sums": ("x = 1", " + 1" * LEVELS),
    "powers": ("x = 1", "**1" * LEVELS),
    "conjunctions": ("x = 1", " and 1" * LEVELS),
    "comparisons": ("x = 1", " < 1" * LEVELS),
    "strings": ("x = 'a'", " 'b'" * LEVELS),
    "ternaries": ("x = ", "1 if 1 else " * 5000 + "1"),
    "lambdas": ("x = ", "lambda: " * LEVELS + "1"),
    "assignments": ("x = ", "y = " * LEVELS + "1"),
    "walruses": ("x = ", "(y := " * LEVELS + "1" + ")" * LEVELS),
    "branches": ("if 1:\n    pass\n", "elif 1:\n    pass\n" * LEVELS),
    "decorators": ("@a\n" * LEVELS, "def f(): pass"),
    "annotations": ("x: ", "list[" * LEVELS + "int" + "]" * LEVELS),
    "unions": ("x: a", " | b" * LEVELS),
    "awaits": ("async def f():\n    x = ", "await " * LEVELS + "1"),
    "aliases": ("a0 = 1\n", "".join(f"a{n} = a{n - 1}\n" for n in range(1, 5000)) + "x = a4999"),
    "bases": ("class A0: pass\n", "".join(f"class A{n}(A{n - 1}): pass\n" for n in range(1, 3000)) + "x = A2999"),
}


@pytest.mark.parametrize("name", sorted(CHAINS))
def test_deep_modules_do_not_end_the_process(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "app" / "shop" / "aws_lambda"
    folder.mkdir(parents=True)
    (folder / "deep.py").write_text(HANDLER.format(deep="".join(CHAINS[name]), name="deep"))
    (folder / "plain.py").write_text(HANDLER.format(deep="x = 1", name="plain"))
    finished = command.run("routes", "--format", "json", "--root", str(tmp_path), "--no-cache")
    assert finished.returncode in (0, 1), finished.stderr[-500:]
    assert "/plain" in {route["path"] for route in json.loads(finished.stdout)}
