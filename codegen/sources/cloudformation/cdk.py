"""CDK apps in any language: the templates that an app writes, and the app itself where the settings allow to run it."""

import json
import os
import posixpath
import re
import subprocess
from dataclasses import dataclass
from typing import Any

from ...declarations import Place, Route
from ..nodes import Table
from ..reading import Reading, below, folder_of, given
from .stacks import Stacks
from .templates import routes_of

_SECONDS = 300
# `TypeError: ...`; and as the CDK names its own: `[«DependencyCycle» ...`.
_ERROR = re.compile(r"[\w.]*(?:Error|Exception)\b.*:|\[?«\w+»")
_STAGE = "assembly-"
# What a manifest lists: templates, and folders of stages.
_STACK, _ASSEMBLY = "aws:cloudformation:stack", "cdk:cloud-assembly"
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
    written = _written(reading, folder)
    wanted = dict(reading.options.parameters).get("stage", "").replace("/", "-")
    found = [*written.templates, *_of_stages(reading, written, wanted, asked)]
    roots = [path for path in found if not path.endswith(".nested.template.json")]
    for path in roots:
        document = reading.document(path)
        # A stack without resources is not deployed.
        is_empty = isinstance(document, Table) and "Resources" not in document.entries
        if document is not None and not is_empty:
            stack = posixpath.basename(path).removesuffix(".template.json") if len(roots) > 1 else ""
            stacks.add_root(stack, path, document, given(reading.options.parameters))
    if not roots and not reading.findings:
        hint = "run `cdk synth`, or set run = true for this source"
        reading.report(Place(asked), "CG151", f"there is no *.template.json in {folder}", hint)
    return routes_of(stacks)


@dataclass(frozen=True, slots=True)
class _Written:
    """What an app wrote into a folder: templates, and the folder of each `Stage` by its name."""

    templates: list[str]
    stages: dict[str, str]


def _written(reading: Reading, folder: str) -> _Written:
    """What the manifest of a folder lists, since what was written before may lie there, too; without one all of it."""
    listed = _settings(reading.bytes_of(posixpath.join(folder, "manifest.json"))).get("artifacts")
    if not isinstance(listed, dict):
        names = reading.files.names(folder)
        inner = {name.removeprefix(_STAGE): posixpath.join(folder, name) for name in names if name.startswith(_STAGE)}
        return _Written([posixpath.join(folder, name) for name in names if name.endswith(".template.json")], inner)
    artifacts = [one for one in listed.values() if isinstance(one, dict) and isinstance(one.get("properties"), dict)]
    templates = [_file(folder, one, "templateFile") for one in artifacts if one.get("type") == _STACK]
    stages = {
        str(one["properties"].get("displayName")): _file(folder, one, "directoryName")
        for one in artifacts
        if one.get("type") == _ASSEMBLY
    }
    return _Written(sorted(path for path in templates if path), {name: path for name, path in stages.items() if path})


def _file(folder: str, artifact: dict[str, Any], key: str) -> str:
    return below(folder, str(artifact["properties"].get(key, "://"))) or ""


def _of_stages(reading: Reading, written: _Written, wanted: str, asked: str) -> list[str]:
    """The templates of the app's `Stage`, which has a folder of its own; of several, the settings name one. One that
    lies in another is named with it, as `Prod/eu`."""
    stages = {name.replace("/", "-"): path for name, path in written.stages.items()}
    around = max((name for name in stages if f"{wanted}-".startswith(f"{name}-")), key=len, default=None)
    if around is None and len(stages) > 1:
        hint = f'name one for this source: parameters = {{ stage = "{next(iter(written.stages))}" }}'
        message = f"the app has several stages: {', '.join(written.stages)}"
        reading.report(Place(asked), "CG151", message, hint)
        return []
    found: list[str] = []
    for name in stages if around is None else [around]:
        inner = _written(reading, stages[name])
        if name != wanted or not inner.templates:
            found += _of_stages(reading, inner, "" if name == wanted else wanted, asked)
        if around is None or name == wanted:
            found = [*inner.templates, *found]
    return found


def _settings(source: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads(source or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _run(reading: Reading, path: str, app: dict[str, Any], folder: str) -> bool:
    """Runs an app as `cdk synth` does, without an account: what builds it first; whether it ended well."""
    root = reading.files.root.resolve()
    # What lookups found is in a file of its own; what stands in cdk.json counts more.
    found = _settings(reading.bytes_of(posixpath.join(folder_of(path), "cdk.context.json")))
    stated = app.get("context")
    context = found | (stated if isinstance(stated, dict) else {}) | _CONTEXT
    environment = {**os.environ, "CDK_OUTDIR": str(root / folder), "CDK_CONTEXT_JSON": json.dumps(context)}
    build, command = app.get("build"), app.get("app")
    if not isinstance(command, str):
        reading.report(Place(path), "CG151", "the file names no app")
        return False
    if isinstance(build, str) and not _ran(reading, path, build, environment):
        return False
    return _ran(reading, path, command, environment)


def _ran(reading: Reading, path: str, command: str, environment: dict[str, str]) -> bool:
    """Whether a command of a cdk.json ended well."""
    try:
        done = subprocess.run(  # noqa: S602 - the CDK runs the line by a shell, and the settings ask for it
            command,
            shell=True,
            cwd=reading.files.root.resolve() / folder_of(path),
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
        lines = (done.stderr.strip() or done.stdout.strip() or "it says nothing").splitlines()
        # Behind an error Node.js prints where it was raised, and its version.
        said = [line for line in lines if _ERROR.match(line)] or lines
        reading.report(Place(path), "CG151", f"the app ended with {done.returncode}: {said[-1].strip()}")
    return done.returncode == 0
