"""Write the exported OpenAPI document, or compare it: `python -m src.lambdatwin openapi [--check]`.

The document is the same in every environment: it depends on nothing but the routes.
"""

import argparse
import difflib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI

from ..project import Project
from .document import openapi_of

EXPORTED = Path("generated/openapi.json")


def document(project: Project) -> str:
    """The document as it is exported: sorted, indented, one newline at the end."""
    app = FastAPI(title=project.title, version=project.version)
    app.router.routes.extend(project.registry().routes)
    return json.dumps(openapi_of(app, project), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str], project: Project) -> int:
    """Exit code 0: written, or equal; 1: the file differs; 2: wrong usage."""
    parser = argparse.ArgumentParser(prog="openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only: print a diff and exit 1 when it differs")
    options = parser.parse_args(arguments)
    new = document(project)
    old = EXPORTED.read_text(encoding="utf-8") if EXPORTED.exists() else ""
    if options.check:
        return _compare(old, new)
    if new != old:
        _write(new)
    return 0


def _compare(old: str, new: str) -> int:
    lines = list(
        difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), str(EXPORTED), f"{EXPORTED} (expected)"
        )
    )
    sys.stdout.writelines(lines[:400])
    if lines:
        print(f"{EXPORTED}: not what the routes say; run `make generate`.", file=sys.stderr)
    return 1 if lines else 0


def _write(text: str) -> None:
    EXPORTED.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=EXPORTED.parent, delete=False) as file:
        file.write(text)
    os.replace(file.name, EXPORTED)
    EXPORTED.chmod(0o644)
