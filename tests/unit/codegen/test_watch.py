"""`watch` as it is used: the real command, in a copy of the generator whose templates a test may break."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.golden.codegen.cases import code_base

DEADLINE = 30.0


@dataclass(frozen=True, slots=True)
class Watching:
    """A running command: its tree, its own folder, and the lines that it prints."""

    root: Path
    program: Path
    lines: "queue.Queue[str]"

    def said(self) -> str:
        """What the next run prints, up to the line that ends it."""
        found = ""
        while "; watching" not in found:
            found += self.lines.get(timeout=DEADLINE)
        return found

    def edit(self, path: Path, old: str, new: str) -> str:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return self.said()

    @property
    def handler(self) -> Path:
        return self.root / "shop/orders/aws_lambda/fetch_order.py"

    def check(self) -> int:
        """Whether a run that remembers nothing would write the same."""
        command = [sys.executable, "-m", "codegen", "check", "--no-cache", "--root", str(self.root)]
        return subprocess.run(command, cwd=self.program, capture_output=True, check=False).returncode

    def written(self) -> str:
        return (self.root / "generated/orders/orders.py").read_text()


@pytest.fixture
def watching(tmp_path: Path, program: Path) -> Iterator[Watching]:
    code_base(tmp_path / "tree")
    command = [sys.executable, "-W", "error", "-m", "codegen", "watch", "--root", str(tmp_path / "tree")]
    environment = os.environ | {"PYTHONPATH": "", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command,
        cwd=program,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # As a shell starts what stands before an `&`.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=lambda stream: [lines.put(line) for line in stream], args=(process.stdout,))
    reader.start()
    watching = Watching(tmp_path / "tree", program, lines)
    try:
        watching.said()
        yield watching
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 0
    finally:
        process.kill()
        process.wait()
        reader.join(DEADLINE)
        process.stdout.close()


def test_a_broken_edit_is_told_and_the_next_one_is_written(watching: Watching) -> None:
    before = watching.written()
    assert "status_code=200" in before
    assert "CG101" in watching.edit(watching.handler, "async def", "async deff")
    assert watching.written() == before
    broken = (
        watching.handler.read_text()
        .replace("async deff", "async def")
        .replace('"statusCode": 200', '"statusCode": 203')
    )
    watching.handler.write_text(broken)
    assert "2 files written" in watching.said()
    assert "status_code=203" in watching.written()


def test_a_table_of_routes_counts(watching: Watching) -> None:
    function = (
        "Type: AWS::Serverless::Function, Properties: {CodeUri: lost, Handler: app.handler, Events: {A: {EVENT}}}"
    )
    event = "Type: Api, Properties: {Path: /a, Method: get}"
    table = f"Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {{{function.replace('EVENT', event)}}}\n"
    (watching.root / "template.yaml").write_text(table)
    assert "GET /a leads to app.py" in watching.said()
    assert "GET /b leads to app.py" in watching.edit(watching.root / "template.yaml", "/a", "/b")


@pytest.mark.long
def test_schemas_settings_and_new_folders_count(watching: Watching) -> None:
    schemas = watching.root / "shop/orders/schemas.py"
    assert "CG206" in watching.edit(schemas, "class ApiOrder(", "class Renamed(")
    assert " 1 routes" in watching.edit(schemas, "class Renamed(", "class ApiOrder(")
    (watching.root / "pyproject.toml").write_text('[tool.codegen]\nsources = ["nowhere"]\n')
    assert "there is no folder 'nowhere'" in watching.said()
    assert "fetch_order" in watching.written()
    (watching.root / "pyproject.toml").write_text("[tool.codegen]\nsources = 1\n")
    assert "tool.codegen.sources is not a list of strings" in watching.said()
    (watching.root / "pyproject.toml").unlink()
    assert " 1 routes" in watching.said()
    shutil.copytree(watching.root / "shop", watching.root / "store")
    while "CG104" not in watching.said():
        pass


@pytest.mark.long
def test_a_broken_template_is_told_and_a_mended_one_counts(watching: Watching) -> None:
    template = watching.program / "templates" / "module.py.j2"
    assert "error CG114" in watching.edit(template, "{% for", "{% fore")
    mended = watching.edit(template, "{% fore", "# mended\n{% for")
    assert "Error" not in mended
    assert "# mended" in watching.written()
    assert watching.check() == 0
