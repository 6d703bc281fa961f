"""docs/front-end.md with Node and the tools of the registries: its module logs in, a typed client is made."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import postgres
from tests.support.environment import GIVEN
from tests.support.postgres import ROOT
from tests.support.server import running_server
from tests.support.walkthrough import follow, steps

_PAGE = ROOT / "docs" / "front-end.md"
_MAKE = """#!/bin/sh
for given; do case "$given" in USER=*) user="${{given#USER=}}";; esac; done
cd "{root}" && exec "{python}" -m src.lambdatwin token --user "${{user:-administrator}}"
"""
_NO_PROXY = ("NO_PROXY", "no_proxy")
_TOOLS = ("openapi-fetch", "typescript", "@types/node")
_STRICT = ("--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler")


def test_the_page_holds_with_node_and_the_registries(
    postgres_server: str, seeded_template: str, tmp_path: Path
) -> None:
    page = _PAGE.read_text(encoding="utf-8")
    folder = tmp_path / "app"
    folder.mkdir()
    environment = _commands_of_the_api(tmp_path / "bin") | _of_the_machine()
    with postgres.clone(postgres_server, seeded_template) as url, running_server(url, ENVIRONMENT="development") as one:
        done = follow(page, folder, environment, int(one.url.rpartition(":")[2]))
    assert done == sum(step.file is None for step in steps(page))
    (folder / "package.json").write_text('{"type": "module"}')
    for command in (
        ("npm", "install", "--silent", *_TOOLS),
        ("npx", "tsc", *_STRICT, "--types", "node", "--skipLibCheck", "client.ts"),
    ):
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    print(f"docs/front-end.md: {done} commands, with Node and a typed client")


def _commands_of_the_api(folder: Path) -> dict[str, str]:
    """An environment in which `make -s token` is that of this checkout, and `$REPOSITORY` is its folder."""
    folder.mkdir()
    (folder / "make").write_text(_MAKE.format(root=ROOT, python=sys.executable))
    (folder / "make").chmod(0o755)
    path = os.pathsep.join((str(folder), str(Path(sys.executable).parent), os.environ["PATH"]))
    return {"PATH": path, "HOME": str(folder), "REPOSITORY": str(ROOT)}


def _of_the_machine() -> dict[str, str]:
    """How this machine reaches its registries; requests to itself use no proxy."""
    return {name: value for name, value in GIVEN.items() if name != "PATH"} | dict.fromkeys(_NO_PROXY, "127.0.0.1")
