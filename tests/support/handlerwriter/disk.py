"""A written code base on disk, and the handlers of it run."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.handlerwriter import behaviour
from tests.support.handlerwriter.truth import CodeBase, Route, Sample


def save(code: CodeBase, root: Path) -> None:
    for name, data in code.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    if code.settings:
        (root / "pyproject.toml").write_text(code.settings)


def misbehaving(code: CodeBase, root: Path) -> list[str]:
    """The handlers that do not do what the truth says of them, a line each."""
    users = next(name for name in code.files if name.endswith("/domain/users.py"))
    routes = [
        _job(route, sample) for route, sample in zip(code.routes, code.samples, strict=True) if route.kind == "http"
    ]
    job = json.dumps({"users": users.removesuffix(".py").replace("/", "."), "routes": routes})
    program = [sys.executable, behaviour.__file__]
    run = subprocess.run(program, cwd=root, input=job, capture_output=True, text=True, check=False)
    return (run.stdout + run.stderr).splitlines()


def _job(route: Route, sample: Sample) -> dict[str, object]:
    response = route.response
    schema = response.schema if response else None
    return {
        "module": route.module,
        "function": route.function,
        "statuses": route.statuses,
        "response": response
        and {
            "kind": response.kind,
            "keys": response.keys,
            "schema": schema and (schema.module, schema.name),
        },
        "reads": [one.reads for one in route.path_parameters if one.reads],
        "queries": route.query is not None,
        "permissions": route.permissions,
        "sample_path": dict(sample.path_parameters),
        "sample_body": sample.body,
    }
