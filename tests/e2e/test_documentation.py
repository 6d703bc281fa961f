"""What README and docs/ say is there is there: files, headings, commands, settings, rules."""

import importlib.util
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from codegen.diagnostics import RULES
from codegen.settings import Settings as GeneratorSettings
from src.contexts.client_onboarding.core.adapters.typeform.settings import TypeformSettings
from src.lambdatwin.project import Project
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support.postgres import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_SETTING = re.compile(r"`([A-Z][A-Z0-9_]{3,})`")
_PATHS = ("src/", "docs/", "tests/", "codegen/", "templates/", "generated/", ".github/", ".ci/")
# Words in capitals that are no settings of this project: the shell's, SQL's, other tools'.
_OTHERS = {
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_REGION",
    "LAMBDATWIN_",
    "LAMBDA_TASK_ROOT",
    "NO_COLOR",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_SERVICE_NAME",
    "BASE",
    "GENERATOR",
    "USER",
    "FORMAT",
    "SHA256",
    "HTTP",
    "HEAD",
    "OPTIONS",
    "SECRET_HASH",
    "REFRESH_TOKEN_AUTH",
    "RAILPACK",
}


def commands() -> Iterator[tuple[str, str]]:
    """Every command of every page: those in blocks, and `make ...`, `python ...` in the text."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in _BLOCK.findall(text):
            for line in block.splitlines():
                yield page.name, line.partition(" #")[0].strip()
        for code in _CODE.findall(_BLOCK.sub("", text)):
            if re.match(r"([A-Z_]+=\S+ )*(make|uv run|python|bash) ", code):
                yield page.name, code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in _LINK.findall(text):
        target, _, heading = link.partition("#")
        assert "://" not in link, f"{link}: nobody checks that it stays"
        file = (page.parent / target) if target else page
        assert file.exists(), link
        if heading:
            titles = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}, link
    for code in _CODE.findall(text):
        path = code.split()[0].partition("::")[0]
        if path.startswith(_PATHS) and not set(path) & set("<*{$"):
            assert (ROOT / path).exists(), code


def test_every_command_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    found = list(commands())
    assert len(found) > 20
    for page, command in found:
        words = shlex.split(command.replace("...", "x"))
        if "make" in words:
            called = [one for one in words[words.index("make") + 1 :] if not one.startswith("-") and "=" not in one]
            assert set(called) <= targets, (page, command)
        if "-m" in words:
            module = words[words.index("-m") + 1]
            assert importlib.util.find_spec(module) is not None, (page, command)
        if words[0] == "bash":
            assert (ROOT / words[1]).exists(), (page, command)


def test_every_make_target_is_in_the_readme_or_in_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()) - {"help"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in phony if f"`make {name}" not in readme} == set()


def test_settings_and_pages_name_the_same_variables() -> None:
    known = {name.upper() for cls in (Settings, TypeformSettings) for name in cls.model_fields}
    documented: set[str] = set()
    for page in PAGES:
        documented |= set(_SETTING.findall(page.read_text(encoding="utf-8")))
    assert known - documented == set(), "settings that no page describes"
    assert documented - known - _OTHERS == set(), "pages that describe settings that do not exist"


def test_the_example_of_an_env_file_has_every_variable_and_no_other() -> None:
    known = {name.upper() for cls in (Settings, TypeformSettings) for name in cls.model_fields}
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [line.removeprefix("# ").partition("=")[0] for line in lines if re.match(r"# [A-Z_]+=", line)]
    assert sorted(named) == sorted(known)
    assert known - {name.upper() for name in Settings.model_fields} == set(MenuPlanning.variables)


def test_the_defaults_in_the_table_are_the_settings_own() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    defaults = Settings(environment="test")
    for names, values in re.findall(r"^\| (`[A-Z_`, ]+`) \| ([\d., MiB]+) \|", page, re.MULTILINE):
        written = [value.strip().replace(" MiB", "") for value in values.split(",")]
        for name, value in zip(_SETTING.findall(names), written, strict=True):
            real = getattr(defaults, name.lower())
            assert float(value) in (float(real), float(real) / 1024 / 1024), name


def test_every_member_of_the_adapter_is_described() -> None:
    page = (ROOT / "docs" / "project.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \|", page, re.MULTILINE)
    described = {name for row in rows for name in re.findall(r"`(\w+)", row)}
    assert described == {name for name in vars(Project) if not name.startswith("_")}


def test_every_rule_and_every_setting_of_the_generator_is_described() -> None:
    page = (ROOT / "docs" / "generator.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (CG\d+) \| (\w+) \|", page, re.MULTILINE))
    assert rows == {code: rule.severity.value for code, rule in RULES.items()}
    keys = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))
    assert keys == {field.name for field in fields(GeneratorSettings)}
