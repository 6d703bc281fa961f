"""Write the exported OpenAPI document, or compare it.

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

from ..project import COMMAND, Project, routers_package
from .document import openapi_of


def exported() -> Path:
    """The file, beside the routers of the repository."""
    return Path(*routers_package().split("."), "openapi.json")


def document(project: Project) -> str:
    """The document as it is exported: sorted, indented, one newline at the end."""
    app = FastAPI(title=project.title, version=project.version, description=project.description)
    app.router.routes.extend(project.registry().routes)
    return json.dumps(openapi_of(app, project), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str], project: Project) -> int:
    """Exit code 0: written, or equal; 1: the file differs; 2: wrong usage."""
    parser = argparse.ArgumentParser(prog="openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only: print a diff and exit 1 when it differs")
    options = parser.parse_args(arguments)
    file, new = exported(), document(project)
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    if options.check:
        return _compare(file, old, new)
    if new != old:
        _write(file, new)
    return 0


def update(project: Project) -> None:
    if exported().exists():
        main([], project)


def _compare(file: Path, old: str, new: str) -> int:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    lines = list(difflib.unified_diff(before, after, str(file), f"{file} (expected)"))
    sys.stdout.writelines(lines[:400])
    if lines:
        print(f"{file}: not what the routes say; run `{COMMAND} openapi`.", file=sys.stderr)
    return 1 if lines else 0


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as new:
        new.write(text)
    os.replace(new.name, file)
    file.chmod(0o644)
