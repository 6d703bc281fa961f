"""The snippets of docs/ are well formed, and the modules that pages name are there.

Pages that are followed word for word have tests of their own, too.
"""

import ast
import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.postgres import ROOT
from tests.support.walkthrough import APPLY, steps

_PYTHON = re.compile(r"^( *)```python[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_MODULE = re.compile(r"`([\w./-]+/[\w-]+\.py)`")
_ADDING = (ROOT / "docs/adding-an-endpoint.md").read_text(encoding="utf-8")


def snippets() -> Iterator[tuple[str, str]]:
    for page in sorted((ROOT / "docs").glob("**/*.md")):
        for indent, text in _PYTHON.findall(page.read_text(encoding="utf-8")):
            yield page.name, re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)


def test_every_snippet_of_python_can_be_read() -> None:
    found = list(snippets())
    assert len(found) > 20
    for page, text in found:
        try:
            ast.parse(text)
        except SyntaxError as error:
            pytest.fail(f"{page}: {error}\n{text}")


def test_a_module_that_a_page_names_with_its_folder_is_there() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    named = {
        (page.name, name)
        for page in pages
        if page.name != "CHANGELOG.md"  # it tells of what was
        for name in _MODULE.findall(page.read_text(encoding="utf-8"))
    }
    folders = ("src", "codegen", "generated", "tests")
    files = [f"/{file.relative_to(ROOT)}" for folder in folders for file in ROOT.glob(f"{folder}/**/*.py")]
    assert len(named) > 20
    assert [(page, name) for page, name in sorted(named) if not any(file.endswith(f"/{name}") for file in files)] == []


def test_the_diffs_of_the_page_on_endpoints_fit_the_present_sources() -> None:
    diffs = [step.given for step in steps(_ADDING) if step.given]
    assert len(diffs) >= 4
    for text in diffs:
        # Applied already in a checkout in which the page was followed.
        tries = [_applied(text, "--check"), _applied(text, "--check", "--reverse")]
        assert "" in tries, f"{tries[0]}{text}"


def test_the_page_on_endpoints_writes_all_of_its_files_anew() -> None:
    files = [step.file for step in steps(_ADDING) if step.file is not None]
    assert len(files) >= 8
    there = [name for name in files if any(ROOT.glob(name))]
    assert there in ([], files)


def _applied(diff: str, *options: str) -> str:
    command = [*APPLY.split(), *options]
    return subprocess.run(command, cwd=ROOT, input=diff, capture_output=True, text=True, check=False).stderr
