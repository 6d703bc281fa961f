"""Code bases of tests/golden/served, each a file: run as clones, asked over a real server, compared with Lambda.

A line of the section `requests` is the status and the request, as the parity command reads it.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from codegen.declarations import Route
from tests.golden.sources.cases import case, linked
from tests.support import preloaded
from tests.support.postgres import ROOT

SERVED = ROOT / "tests/golden/served"
_ROW = re.compile(r"(equal|DIFFERENT|UNDECIDED) .* (\d{3}) +(\d{3})")


def lay(name: str, root: Path) -> None:
    """Write the code base `name`, without any router."""
    case(SERVED / f"{name}.txt").lay(root)


def requests(name: str) -> list[tuple[int, str]]:
    """Each request with the status that it should get."""
    lines = [line.partition(" ") for line in case(SERVED / f"{name}.txt").lines("requests")]
    return [(int(status), request) for status, _, request in lines]


def unasked(name: str, root: Path) -> list[str]:
    """Routes that no request is for."""
    asked = [json.loads(request) for _, request in requests(name)]
    return [
        f"{route.method} {route.path}"
        for route in linked(root).routes
        if not any(_fits(route, one["method"], one["path"].partition("?")[0]) for one in asked)
    ]


def _fits(route: Route, method: str, path: str) -> bool:
    pattern = "".join(
        (".+" if part.endswith("+}") else "[^/]+") if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{[^}]+\})", route.path)
    )
    return route.method in ("ANY", method) and (route.path == "$default" or re.fullmatch(pattern, path) is not None)


def compare(name: str, root: Path, **variables: str) -> tuple[list[str], str]:
    """What the parity command says of each request that is not as expected, and all that it printed."""
    expected = requests(name)
    file = root.with_suffix(".jsonl")
    file.write_text("\n".join(request for _, request in expected), encoding="utf-8")
    command = ("src.lambdatwin", "parity", str(file), "--root", str(root))
    done = preloaded.finished(*command, folder=ROOT, environment=environment(**variables), seconds=300)
    rows = _ROW.findall(done.stdout)
    told = done.stdout + done.stderr
    if len(rows) != len(expected):
        return [f"{len(rows)} of {len(expected)} requests answered"], told
    return [
        f"{verdict} {in_lambda} {in_fastapi}, expected {status}: {request}"
        for (verdict, in_lambda, in_fastapi), (status, request) in zip(rows, expected, strict=True)
        if (verdict, in_lambda, in_fastapi) != ("equal", str(status), str(status))
    ], told


def environment(**variables: str) -> Mapping[str, str]:
    """This machine's, without settings of a server."""
    ours = ("LAMBDATWIN_", "COGNITO_", "DATABASE_URL", "GATEWAY_", "AWS_", "PYTHONPATH", "PORT", "HOST")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | variables
