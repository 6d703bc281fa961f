"""Handlers whose docstrings and literals are hostile, and the import of what was generated from them."""

import json
import os
from pathlib import Path

from codegen.codebase import Target
from codegen.diagnostics import Severity
from codegen.pipeline import Pipeline
from codegen.settings import Settings
from tests.support import preloaded
from tests.support.handlerwriter import command, disk
from tests.support.handlerwriter.fuzzing import unsafe
from tests.support.handlerwriter.mutations import HOSTILE, MARK
from tests.support.handlerwriter.truth import CodeBase

HANDLER = """import json

import anyio


async def async_handler(event, _):
    {docstring}
    name = event["pathParameters"]["name"]
    return {{"statusCode": 200, "headers": {{}}, "body": json.dumps({{{key}: {value}, "name": name}})}}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
"""
PLACES = ("words", "notes", "responses", "idempotency", "query", "key")
PROGRAM = f"""
import builtins, json
from fastapi import FastAPI
from generated.registry import ROUTERS
app = FastAPI()
for router in ROUTERS:
    app.include_router(router)
document = app.openapi()
json.dumps(document, ensure_ascii=False).encode()
print(json.dumps({{"marked": hasattr(builtins, {MARK!r}), "paths": sorted(document["paths"])}}))
"""


def handlers(context: str, places: tuple[str, ...] = PLACES) -> dict[str, bytes]:
    """One module for each hostile text and place: the words, a section, the name and the value of a key."""
    modules = {}
    for number, text in enumerate(HOSTILE):
        for place in places:
            name = f"hostile_{number}_{place}"
            source = _handler(f"/hostile/{number}-{place}/{{name}}", text, place).encode(errors="backslashreplace")
            if _compiles(source):
                modules[f"{context}/aws_lambda/{name}.py"] = source
    return modules


def _compiles(source: bytes) -> bool:
    """False for a docstring with a lone surrogate from Python 3.13 on, which takes the indentation out of it."""
    try:
        compile(source, "<hostile>", "exec")
    except UnicodeEncodeError:
        return False
    return True


def _handler(path: str, text: str, place: str) -> str:
    inside = {
        name: text if name == place else "plain" for name in ("words", "notes", "responses", "idempotency", "query")
    }
    docstring = (
        f"Handle GET {path} {inside['words']}\n\n    Request:\n        Path: name - {inside['query']}\n"
        "        Auth: public\n\n"
        f"    Responses:\n        200: {inside['responses']}\n        404: {inside['responses']}\n\n"
        f"    Idempotency:\n        {inside['idempotency']}\n\n    Notes:\n        {inside['notes']}\n    "
    )
    key = text if place == "key" else "key"
    return HANDLER.format(docstring=ascii(docstring), key=ascii(key), value=ascii(text))


def imported(root: Path) -> dict[str, object]:
    """Import the generated package below the root as an application does; whether a hostile text ran, and the paths."""
    run = preloaded.finished("tests.support.program", PROGRAM, folder=root, environment=os.environ, seconds=600)
    assert run.returncode == 0, run.stderr[-3000:]
    found: dict[str, object] = json.loads(run.stdout)
    return found


def generated(folder: Path, places: tuple[str, ...] = PLACES) -> tuple[int, list[str]]:
    """Routes that the command wrote from hostile modules, and what is wrong with its doing."""
    root = folder / "tree"
    disk.save(CodeBase(0, handlers("backend/pantry", places), (), (), ""), root)
    said, findings = Pipeline(Target(root, root / "generated", Settings(), cache=False)).read()
    refused = {finding.spot.path for finding in findings if finding.severity is Severity.ERROR}
    for path in refused:
        (root / path).unlink()
    before = contents(folder)
    target = ("--root", str(root), "--out", str(root / "generated"))
    finished = command.run("generate", *target, "--no-cache", *command.PORTS)
    problems = [finished.stdout + finished.stderr] if finished.returncode else []
    after = contents(folder)
    written = {name: data for name, data in after.items() if name.startswith("tree/generated/")}
    if {name: data for name, data in after.items() if name not in written} != before:
        problems.append("something was written outside the output folder")
    problems += [problem for name, data in written.items() for problem in unsafe(name, data.decode())]
    if not problems and imported(root)["marked"]:
        problems.append("a hostile text was run")
    return len(said) - len(refused), problems


def contents(root: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
