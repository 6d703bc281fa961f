"""Text that would grow beyond all measure if it were followed to its end is read in little memory and time."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.codegen.cases import code_base

PROJECT = Path(__file__).parents[3]
MEMORY, SECONDS = 2 << 30, 30
HANDLER = """import anyio, json
{top}
async def async_handler(event, _):
    '''Handle GET /{name} for x.'''
{body}
    return {{"statusCode": 200, "body": json.dumps({answer})}}
def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
"""
MODULES = {
    "text": ("", "    a = 'x'\n" + "    a = a + a\n" * 40, '{"a": a}'),
    "f_text": ("", "    a = 'x'\n" + "    a = f'{a}{a}'\n" * 40, '{"a": a}'),
    "number": ("", "    a = 10\n" + "    a = a * a\n" * 40, '{"a": a}'),
    "many": ("", "    a = [1]\n" + "    a = a + a\n" * 40, '{"a": a}'),
    "spread": ("A0 = (1,)\n" + "".join(f"A{n + 1} = (*A{n}, *A{n}, *A{n})\n" for n in range(25)), "", '{"a": A25}'),
    "calls": (
        "".join(f"def f{n}(e):\n    return f{n + 1}(e) or f{n + 1}(e) or f{n + 1}(e)\n" for n in range(14))
        + "def f14(e):\n    return 1\n",
        "    a = f0(event)",
        '{"a": a}',
    ),
    "dicts": (
        "",
        "    a = {'x': 1}\n" + "".join(f"    if event['x'] == {n}:\n        a = dict(a, k{n}=a)\n" for n in range(30)),
        "a",
    ),
    "ways": (
        "",
        "    a = {'x': 1}\n" + "".join(f"    a = {{'k{n}': a}} if event['x'] == {n} else a\n" for n in range(30)),
        "a",
    ),
}


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.long
def test_what_grows_is_read_in_little_memory(tmp_path: Path) -> None:
    folder = code_base(tmp_path).parent
    for name, (top, body, answer) in MODULES.items():
        (folder / f"{name}.py").write_text(HANDLER.format(name=name, top=top, body=body, answer=answer))
    statuses = {row["path"]: row["statuses"] for row in json.loads(printed("routes", tmp_path))}
    assert {f"/{name}": [200] for name in MODULES}.items() <= statuses.items()
    printed("generate", tmp_path)  # of what the run before has read
    assert sum(file.stat().st_size for file in (tmp_path / "generated").rglob("*.py")) < 4 << 20


def printed(command: str, root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "codegen", command, "--format", "json", "--root", str(root)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        preexec_fn=limited,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.stdout
