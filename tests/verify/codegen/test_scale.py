"""What size costs: a code base of 2 000 handlers beside one of 100, and an app of 1 000 generated routes."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.codegen import generate, write_code_base
from tests.support.handlerwriter.command import PORTS

pytestmark = pytest.mark.alone

PROJECT = Path(__file__).parents[3]
FEW, MANY, ROUTES = 100, 2000, 1000
FLAT = 1.2
HANDLER = '''import json

import anyio

from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler


@async_endpoint_handler(timeout=30.0, name="get_thing_{number}")
async def async_handler(event, _):
    """Handle GET /things-{resource}/{{id}}/part-{number} for a thing.

    Request:
        Path: id (string)
        Auth: public
    """
    return {{
        "statusCode": 200,
        "headers": {{"Content-Type": "application/json"}},
        "body": json.dumps({{"id": event["pathParameters"]["id"]}}),
    }}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
'''
PROGRAM = Path(__file__).with_name("thousand_routes.py")


def _each(root: Path, handlers: int) -> float:
    """Milliseconds of CPU for each handler, without any cache: the better of two runs."""
    write_code_base(root, handlers)
    cpu = min(generate(root, "--no-cache")[0], generate(root, "--no-cache")[0])
    shutil.rmtree(root)
    return cpu / handlers * 1000


def test_a_handler_costs_the_same_in_a_large_code_base(tmp_path: Path) -> None:
    few, many = _each(tmp_path / "few", FEW), _each(tmp_path / "many", MANY)
    print(f"\nCPU for each handler: {few:.1f} ms of {FEW}, {many:.1f} ms of {MANY} ({many / few:.2f}x)")
    assert many / few < FLAT


def _toys(root: Path) -> None:
    for number in range(ROUTES):
        folder = root / f"toys{number // 25}" / "aws_lambda"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"get_thing_{number}.py").write_text(HANDLER.format(number=number, resource=number // 5))


def test_an_app_of_a_thousand_routes(tmp_path: Path) -> None:
    _toys(tmp_path)
    generate(tmp_path, "--no-cache", "--out", str(tmp_path / "routes_of_toys"), *PORTS)
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"}
    runs: list[dict[str, float]] = []
    for _ in range(3):
        started = time.time()
        command = [sys.executable, str(PROGRAM)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        figures = json.loads(done.stdout.splitlines()[-1])
        runs.append({**figures, "wall": figures["ready"] - started})
    best = {name: min(run[name] for run in runs) for name in runs[0]}
    # The routes stand in `app.router.routes`, one after the other, where instrumentation looks for them: the last of a
    # thousand is asked last, as with FastAPI's own.
    more, plain = best["last"] - best["first"], best["plain_last"] - best["plain_first"]
    print(
        f"\n{ROUTES} routes: started in {best['wall']:.2f} s ({best['cpu']:.2f} s of CPU; 3.5 are wanted on an idle "
        f"machine); the last costs {more * 1e6:.0f} us more than the first, of FastAPI's own {plain * 1e6:.0f} us"
    )
    assert runs[0]["routes"] == ROUTES
    assert more < plain
