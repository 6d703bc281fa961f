"""CDK apps in any language: the templates that an app writes, and the app itself where the settings allow to run it."""

import json
import os
import posixpath
import subprocess
from typing import Any

from ...declarations import Place, Route
from ..reading import Reading, below, folder_of, given
from .stacks import Stacks
from .templates import routes_of

_SECONDS = 300
_STAGE = "assembly-"
# Assets stay where they are, so that a template names the folder of the source.
_CONTEXT: dict[str, Any] = {
    "aws:cdk:disable-asset-staging": True,
    "aws:cdk:enable-asset-metadata": True,
    "aws:cdk:bundling-stacks": [],
}


def read(reading: Reading, path: str) -> tuple[Route, ...]:
    """The routes of all stacks of an app: `path` is its cdk.json, or the folder that it writes."""
    folder = path
    if path.endswith(".json"):
        app = _settings(reading.bytes_of(path))
        folder = below(folder_of(path), str(app.get("output", "cdk.out"))) or "cdk.out"
        if reading.options.run and not _run(reading, path, app, folder):
            return ()
    return _assembly(reading, folder, path)


def _assembly(reading: Reading, folder: str, asked: str) -> tuple[Route, ...]:
    stacks = Stacks(reading)
    found = [*_templates(reading, folder), *_stage(reading, folder, asked)]
    roots = [path for path in found if not path.endswith(".nested.template.json")]
    for path in roots:
        stack = posixpath.basename(path).removesuffix(".template.json") if len(roots) > 1 else ""
        stacks.add(stack, path, given(reading.options.parameters))
    if not roots and not reading.findings:
        hint = "run `cdk synth`, or set run = true for this source"
        reading.report(Place(asked), "CG151", f"there is no *.template.json in {folder}", hint)
    return routes_of(stacks)


def _templates(reading: Reading, folder: str) -> list[str]:
    names = reading.files.names(folder)
    return [posixpath.join(folder, name) for name in names if name.endswith(".template.json")]


def _stage(reading: Reading, folder: str, asked: str) -> list[str]:
    """The templates of the app's `Stage`, which has a folder of its own; of several, the settings name one."""
    stages = [name.removeprefix(_STAGE) for name in reading.files.names(folder) if name.startswith(_STAGE)]
    wanted = dict(reading.options.parameters).get("stage")
    chosen = [wanted] if wanted in stages else stages
    if len(chosen) > 1:
        hint = f'name one for this source: parameters = {{ stage = "{chosen[0]}" }}'
        reading.report(Place(asked), "CG151", f"the app has several stages: {', '.join(chosen)}", hint)
        return []
    inner = [posixpath.join(folder, f"{_STAGE}{name}") for name in chosen]
    return [path for one in inner for path in (*_templates(reading, one), *_stage(reading, one, asked))]


def _settings(source: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads(source or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _run(reading: Reading, path: str, app: dict[str, Any], folder: str) -> bool:
    """Runs an app as `cdk synth` does, without an account; whether it ended well."""
    root = reading.files.root.resolve()
    context = {**app.get("context", {}), **_CONTEXT}
    environment = {**os.environ, "CDK_OUTDIR": str(root / folder), "CDK_CONTEXT_JSON": json.dumps(context)}
    command = app.get("app")
    if not isinstance(command, str):
        reading.report(Place(path), "CG151", "the file names no app")
        return False
    try:
        done = subprocess.run(  # noqa: S602 - the CDK runs the line by a shell, and the settings ask for it
            command,
            shell=True,
            cwd=root / folder_of(path),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reading.report(Place(path), "CG151", f"the app cannot be run: {type(error).__name__}")
        return False
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "it says nothing").splitlines()[-1]
        reading.report(Place(path), "CG151", f"the app ended with {done.returncode}: {last}")
    return done.returncode == 0
