"""Plain words: none of the first list in texts, none of the second in the names of modules, classes and functions."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import ROOT

PERSONS = re.compile(r"\b(whoever|somebody|nobody|anybody|everybody|someone|he|his|him)\b", re.IGNORECASE)
NAMES = frozenset(
    {"serving", "running", "sending", "judging", "asking", "ending", "sealing"}
    | {"door", "nursery", "offspring", "standby", "patience", "outbox"}
)
# CHANGELOG.md is not among them: past entries stay as they were published.
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md", "templates/**/*.j2")
TEXT_TOKENS = frozenset({tokenize.COMMENT, tokenize.STRING, tokenize.FSTRING_MIDDLE})
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def sources() -> Iterator[tuple[Path, str]]:
    for folder in ("src", "codegen"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file.relative_to(ROOT), file.read_text(encoding="utf-8")


def texts_of(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each comment and each string, docstrings and messages among them."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in TEXT_TOKENS:
            for offset, line in enumerate(token.string.splitlines()):
                yield token.start[0] + offset, line


def names_of(file: Path, source: str) -> Iterator[str]:
    """The module with its packages, its classes and its functions at any depth."""
    yield from file.with_suffix("").parts
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def is_household(name: str) -> bool:
    return not NAMES.isdisjoint(word.lower() for word in WORD.findall(name))


def test_texts_of_the_code_say_what_it_does_without_vague_persons() -> None:
    found = [
        f"{file}:{line}: {text.strip()}"
        for file, source in sources()
        for line, text in texts_of(source)
        if PERSONS.search(text)
    ]
    assert found == []


def test_pages_and_templates_do_without_vague_persons() -> None:
    files = [file for pattern in PAGES for file in sorted(ROOT.glob(pattern))]
    assert len(files) > len(PAGES)
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if PERSONS.search(line)
    ]
    assert found == []


def test_modules_classes_and_functions_have_names_of_the_field() -> None:
    found = [f"{file}: {name}" for file, source in sources() for name in names_of(file, source) if is_household(name)]
    assert found == []


@pytest.mark.parametrize("text", ['"""Whoever asks."""', "# his own", 'f"{1}: nobody"', "'''a\nSomebody's'''"])
def test_a_vague_person_is_found_in_any_text(text: str) -> None:
    assert any(PERSONS.search(line) for _, line in texts_of(f"x = 1\n{text}\n"))


def test_names_and_longer_words_are_no_vague_persons() -> None:
    assert not any(PERSONS.search(line) for _, line in texts_of("him = 1  # the history of this chapter\n"))


@pytest.mark.parametrize("name", ["running", "_Running", "watch_running", "HTTPServing", "FrontDoor", "__sealing"])
def test_a_name_of_the_list_is_found_as_a_part_too(name: str) -> None:
    assert is_household(name)


@pytest.mark.parametrize("name", ["Pending", "appending", "outdoor", "BACKENDING", "run", "server_process"])
def test_a_longer_word_is_another_name(name: str) -> None:
    assert not is_household(name)
