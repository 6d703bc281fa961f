"""Text of a handler stays text, whatever it says; a broken module is a finding, never a crash."""

from pathlib import Path
from random import Random

import pytest

from tests.support.handlerwriter import command, disk, hostile
from tests.support.handlerwriter.codebase import write
from tests.support.handlerwriter.fuzzing import examine, mutants, save_ground
from tests.support.handlerwriter.mutations import HOSTILE
from tests.support.handlerwriter.truth import CodeBase


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    routes, problems = hostile.generated(tmp_path, ("words", "key"))
    assert problems == []
    assert routes > len(HOSTILE)


@pytest.mark.long
def test_mutated_modules_are_findings(tmp_path: Path) -> None:
    code = write(8000)
    handlers = save_ground(code, tmp_path)
    modules = mutants(Random("quick"), code, handlers, 40)
    assert examine(tmp_path, modules).problems == ()


@pytest.mark.parametrize("command_name", ["generate", "check", "routes"])
def test_the_command_survives_mutated_modules(command_name: str, tmp_path: Path) -> None:
    root, code = tmp_path / "tree", write(8001)
    handlers = save_ground(code, root)
    modules = mutants(Random(command_name), code, handlers, 15)
    disk.save(CodeBase(0, modules, (), (), ""), root)
    before = hostile.contents(root)
    finished = command.run(command_name, "--root", str(root), "--no-cache")
    assert finished.returncode in (0, 1)
    assert "Traceback" not in finished.stdout + finished.stderr
    after = hostile.contents(root)
    assert {name: data for name, data in after.items() if not name.startswith("generated/")} == before


def test_a_written_code_base_is_generated_and_imported(tmp_path: Path) -> None:
    code = write(1005)
    disk.save(code, tmp_path)
    finished = command.run("generate", "--root", str(tmp_path), "--no-cache", *command.PORTS)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    paths = hostile.imported(tmp_path)["paths"]
    assert paths == sorted({str(route.path) for route in code.routes if route.path})
