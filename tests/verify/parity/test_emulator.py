"""The request table once more, with AWS's runtime interface emulator in place of the in-process runtime client.

The emulator is a program inside the package `aws-sam-cli`, which needs an environment of its own:

    python3 -m venv .local/emulator && .local/emulator/bin/pip install aws-sam-cli

`AWS_LAMBDA_RIE` may name the program instead. Without it this proof does not take place, and says so.
"""

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from src.lambdatwin.parity.harness import EPOCH
from src.lambdatwin.parity.lambda_side.gateway import LambdaSide
from src.lambdatwin.parity.lambda_side.router import Route
from src.lambdatwin.parity.lambda_side.runtime import Invocation
from tests.integration.lambdatwin.parity.rows import run
from tests.integration.lambdatwin.parity.test_requests import SCENARIOS
from tests.support.environment import GIVEN
from tests.verify.parity.conftest import Sides

_INVOCATIONS = "/2015-03-31/functions/function/invocations"
_START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class EmulatedLambda(LambdaSide):
    """The same gateway in front of the emulator."""

    port: int = 0

    def invocation(self, route: Route, event: dict[str, Any], request_id: str) -> Invocation:
        """One run of the route's handler. The report of an error is malformed to the gateway, as it should be."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", _INVOCATIONS, json.dumps(event).encode())
            answer = connection.getresponse()
            payload = answer.read()
            return Invocation(payload, None) if answer.status == 200 else Invocation(None, payload.decode())
        finally:
            connection.close()


def test_the_emulator_gives_the_same_answers(sides: Sides, project_routes: list[Route], tmp_path: Path) -> None:
    program = _program(tmp_path)
    if program is None:
        print("\nemulator parity: NOT RUN, there is no aws-lambda-rie (see the head of this file)")
        return
    original = sides.harness.lambda_side
    with _emulator(program, project_routes, original.environment, tmp_path) as port:
        fields = (original.api, original.resources, original.authorizer, original.clock, original.environment)
        both = replace(sides.harness, lambda_side=EmulatedLambda(*fields, port=port))
        faults = [fault for name, rows in SCENARIOS.items() for fault in run(both, name, rows)]
    assert faults == []
    rows = sum(len(rows) for rows in SCENARIOS.values())
    print(f"\nemulator parity: {rows} requests of {len(project_routes)} routes equal through aws-lambda-rie")


def _program(folder: Path) -> Path | None:
    """An executable copy: the package carries the program without the permission to run it."""
    machine = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
    carried = Path(".local/emulator").glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}")
    named = GIVEN.get("AWS_LAMBDA_RIE")
    found = Path(named) if named else next(carried, None)
    if found is None:
        return None
    copy = folder / "aws-lambda-rie"
    shutil.copy(found, copy)
    copy.chmod(0o755)
    return copy


@contextmanager
def _emulator(program: Path, routes: list[Route], environment: Any, folder: Path) -> Iterator[int]:
    modules = folder / "handlers.json"
    modules.write_text(json.dumps({f"{route.method} {route.resource}": route.module for route in routes}))
    port, api_port = _free_port(), _free_port()
    addresses = [
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{api_port}",
    ]
    handler = [sys.executable, "-m", "awslambdaric", "tests.verify.parity.emulated.lambda_handler"]
    variables = {
        "PARITY_ROUTES": str(modules),
        "PARITY_EPOCH": EPOCH.isoformat(),
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
    }
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [str(program), *addresses, *handler],
            env={**os.environ, **environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
