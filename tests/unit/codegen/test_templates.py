"""A template that is wrong is a finding with a place: one of a folder of templates, or one of the generator's own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from codegen.cli import app
from tests.golden.codegen.cases import code_base
from tests.unit.codegen.conftest import PROJECT

BREAKS = {
    "lit": ("route.py.j2", "route.operation_id | lit", "route.operation_idd | lit", "'operation_idd'", 3),
    "a_name": ("module.py.j2", "view.tag | lit", "contxt | lit", "'contxt' is undefined", 19),
    "test": ("route.py.j2", "route.access is not none", "route.acces is not none", "'acces'", 70),
    "defined": ("registry.py.j2", "module.container is none", "module.containr is defined", "'containr'", 29),
    "print": ("route.py.j2", "{{ route.module }}", "{{ route.modul }}", "'modul'", 45),
    "default": ("route.py.j2", "route.path | lit", "route.pth | default('/x') | lit", "'pth'", 2),
    "syntax": ("route.py.j2", "route.path | lit }}", "route.path | lit }", "unexpected '}'", 2),
    "filter": ("route.py.j2", "route.path | lit", "route.path | litt", "No filter named 'litt'", 2),
    "type": ("route.py.j2", "route.path | lit", "route | lit", "RouteView is no literal", 2),
    "include": ("module.py.j2", '"route.py.j2"', '"rout.py.j2"', "'rout.py.j2'", 38),
    "python": ("route.py.j2", "@ports.endpoint(", "@ports.endpoint((", "orders/orders.py does not compile", 1),
}


def codegen(program: Path, root: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "error", "-m", "codegen", *options, "--root", str(root)]
    return subprocess.run(command, cwd=program, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_template_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    template, right, wrong, words, line = BREAKS[name]
    code_base(tmp_path / "tree")
    templates = Path(shutil.copytree(PROJECT / "templates", tmp_path / "templates"))
    path = templates / template
    assert right in path.read_text()
    path.write_text(path.read_text().replace(right, wrong))
    options = ["--root", str(tmp_path / "tree"), "--templates", str(templates), "--no-cache", "--format", "json"]
    done = CliRunner().invoke(app, ["generate", *options])
    assert (done.exit_code, done.stderr) == (1, "")
    (finding,) = [f for f in json.loads(done.stdout)["findings"] if f["severity"] == "error"]
    expected = "module.py.j2" if name == "python" else template
    assert (finding["code"], finding["line"]) == ("CG114", line)
    assert finding["path"] == str(templates / expected)
    assert words in finding["message"]
    assert not (tmp_path / "tree/generated").exists()


def test_a_template_below_the_root_is_named_from_there(program: Path) -> None:
    code_base(program)
    path = program / "templates" / "route.py.j2"
    path.write_text(path.read_text().replace("route.auth | lit", "route.authh | lit"))
    done = codegen(program, program, "generate")
    assert done.returncode == 1
    assert "templates/route.py.j2:51:1: error CG114 the template cannot be rendered: " in done.stdout
    assert "    auth={{ route.authh | lit }}," in done.stdout
    assert done.stdout.endswith("nothing was written\n")
    assert codegen(program, program, "check").returncode == 1
