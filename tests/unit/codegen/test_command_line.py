"""The command as it is handed on: version, explanations, templates, colour, guards, pipes."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from codegen.cli import app
from codegen.command.explanations import EXPLANATIONS
from codegen.diagnostics import RULES
from codegen.settings import Settings
from tests.support import preloaded
from tests.unit.codegen.written import PROJECT, Handler, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, Handler())
    return tmp_path


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)


def program(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return preloaded.finished(
        "codegen", *map(str, arguments), folder=PROJECT, environment={"COLUMNS": "200", **environment}
    )


def test_the_version_is_that_of_the_project() -> None:
    assert re.fullmatch(r"codegen \d+\.\d+\.\d+\S*\n", run("--version").stdout)


def test_help_shows_every_setting_with_its_default() -> None:
    text = " ".join(run("--help", COLUMNS="200", NO_COLOR="1").stdout.split())
    assert "[tool.codegen]" in text
    assert [f.name for f in fields(Settings) if f" {f.name} = " not in text] == []
    assert 'import_roots = ["", "src"] where absolute imports begin' in text
    assert "--install-completion" in text


def test_a_rule_is_explained() -> None:
    found = run("explain", "cg107")
    assert found.exit_code == 0
    assert found.stdout.startswith(f"CG107 ({RULES['CG107'].severity}): {RULES['CG107'].summary}\n\n")
    assert "`import_roots` in [tool.codegen]" in found.stdout.replace("\n", " ")


def test_only_rules_are_explained() -> None:
    assert EXPLANATIONS.keys() <= RULES.keys()
    unknown = run("explain", "CG000")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "CG101" in unknown.stderr


@pytest.mark.parametrize("setting", [True, False])
def test_templates_of_ones_own_come_first_and_the_others_stay(root: Path, setting: bool) -> None:
    own = root / "own"
    own.mkdir()
    text = (PROJECT / "templates/route.py.j2").read_text(encoding="utf-8")
    (own / "route.py.j2").write_text("# ours\n" + text, encoding="utf-8")
    given = ["--set", 'templates="own"'] if setting else ["--templates", own]
    assert run("generate", "--root", root, "--no-cache", *given).exit_code == 0
    assert "# ours\n@router.get(" in (root / "generated/orders/orders.py").read_text(encoding="utf-8")
    assert run("check", "--root", root, "--no-cache", *given).exit_code == 0
    assert run("check", "--root", root, "--no-cache").exit_code == 1


def test_an_edited_template_counts_in_the_next_run_of_a_process(root: Path) -> None:
    (root / "own").mkdir()
    text = (PROJECT / "templates/route.py.j2").read_text(encoding="utf-8")
    for word in ("first", "other"):
        (root / "own/route.py.j2").write_text(f"# {word}\n{text}", encoding="utf-8")
        assert run("generate", "--root", root, "--no-cache", "--templates", root / "own").exit_code == 0
        assert f"# {word}\n@router.get(" in (root / "generated/orders/orders.py").read_text(encoding="utf-8")


def test_a_fault_of_an_own_template_is_placed_in_it(root: Path) -> None:
    (root / "own").mkdir()
    (root / "own/route.py.j2").write_text("\n{{ nothing }}", encoding="utf-8")
    found = run("generate", "--root", root, "--no-cache", "--templates", root / "own")
    assert found.stdout.startswith("own/route.py.j2:2:1: error CG114 ")


@pytest.mark.parametrize("command", ["generate", "check", "routes"])
def test_a_folder_without_handlers_is_told_with_the_places_and_the_settings(root: Path, command: str) -> None:
    assert run("generate", "--root", root, "--no-cache").exit_code == 0
    before = {path: path.read_bytes() for path in (root / "generated").rglob("*.py")}
    shutil.rmtree(root / "shop")
    found = run(command, "--root", root, "--no-cache", "--set", 'folder="lambdas"')
    assert found.exit_code == 2
    assert "error CG150 no route is declared: " in found.output
    assert "`lambda_handler` in a folder `lambdas` below ." in found.output
    assert "`sources`" in found.output
    assert {path: path.read_bytes() for path in (root / "generated").rglob("*.py")} == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--set", 'sources=["shop", "nowhere"]'], "tool.codegen.sources: there is no folder 'nowhere'"),
        (["--templates", "nowhere"], "nowhere is no folder of templates"),
    ],
)
def test_folders_that_are_not_there_are_a_usage_error(root: Path, given: list[str], words: str) -> None:
    found = run("generate", "--root", root, "--no-cache", *given)
    assert found.exit_code == 2
    assert words in found.stderr
    assert not (root / "generated").exists()


_SHELL = "quote the whole for the shell"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("folder=", "--set folder=: Invalid value (at end of document); write KEY=VALUE as in TOML, "),
        ("folder", _SHELL),
        ("folder=two words", _SHELL),
        ("payload=2.0", 'tool.codegen.payload is not a string, but 2.0: write "2.0"'),
        ("sources=shop", 'tool.codegen.sources is not a list of strings, but "shop": write ["shop"]'),
        ("exclude=[1]", 'tool.codegen.exclude is not a list of strings, but [1]: write ["1"]'),
        ("functions=[1]", "tool.codegen.functions is not a table of strings, but [1]: write "),
        ("helpers=1", "tool.codegen.helpers is not a table, but 1"),
        ('output="."', "tool.codegen.output is '.', the root itself: name a folder of its own"),
        ('output="shop/.."', "the root itself"),
    ],
)
def test_a_setting_that_cannot_be_taken_says_what_to_write(root: Path, given: str, words: str) -> None:
    before = sorted(root.rglob("*"))
    found = run("generate", "--root", root, "--no-cache", "--set", given)
    assert found.exit_code == 2
    assert words in found.stderr
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\ncodegen = 3", "[tool.codegen", "[tool.codegen]\nfolder = 1"])
def test_a_project_file_that_cannot_be_taken_is_a_usage_error(root: Path, text: str) -> None:
    (root / "pyproject.toml").write_text(text)
    found = run("generate", "--root", root, "--no-cache")
    assert found.exit_code == 2
    assert re.search(r"pyproject\.toml|tool\.codegen", found.stderr)
    assert not (root / "generated").exists()


def test_a_bare_word_is_a_text(root: Path) -> None:
    (root / "shop/orders/aws_lambda").rename(root / "shop/orders/handlers")
    assert " 1 routes" in run("generate", "--root", root, "--no-cache", "--set", "folder=handlers").stdout


def _is_a_folder(out: Path) -> None:
    (out / "orders" / "orders.py").mkdir(parents=True)


def _is_a_file(out: Path) -> None:
    out.mkdir()
    (out / "orders").write_text("mine")


def _leads_to_itself(out: Path) -> None:
    out.symlink_to(out.name)


def _leads_out(out: Path) -> None:
    out.mkdir()
    (out.parent / "elsewhere").mkdir()
    (out / "orders").symlink_to(out.parent / "elsewhere")


def _ends_nowhere(out: Path) -> None:
    out.symlink_to("/proc/nowhere")


@pytest.mark.parametrize("spoil", [_is_a_folder, _is_a_file, _leads_to_itself, _leads_out, _ends_nowhere])
def test_an_output_that_cannot_be_written_is_left_as_it_is(root: Path, spoil: Callable[[Path], None]) -> None:
    spoil(root / "generated")
    before = sorted(root.rglob("*"))
    found = run("generate", "--root", root, "--no-cache")
    assert found.exit_code == 2
    assert "generated cannot be " in found.stderr
    assert sorted(root.rglob("*")) == before


def test_findings_are_coloured_unless_no_color_is_set(root: Path) -> None:
    write(root, Handler(doc="", decorator="@async_endpoint_handler(timeout=10)"))
    check = ("check", "--root", root, "--no-cache")
    assert "\x1b[33m\x1b[1mwarning CG205\x1b[0m" in program(*check, FORCE_COLOR="1").stdout
    assert "\x1b" not in program(*check).stdout
    assert "\x1b" not in program(*check, FORCE_COLOR="1", NO_COLOR="1").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end in another way")
def test_a_closed_pipe_ends_the_command_in_silence(root: Path) -> None:
    for number in range(60):
        write(root, Handler(route=f"GET /orders/{number} for it."), f"shop/orders/aws_lambda/long_name_{number}.py")
    shell = f"{sys.executable} -m codegen routes --root {root} --no-cache --format json | head -c 10"
    done = subprocess.run(shell, shell=True, cwd=PROJECT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[\n  {\n    ", "")
