"""The cache changes how fast an answer comes, never the answer."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from codegen import pipeline
from codegen.codebase import Target
from codegen.loading.cache import FOLDER
from codegen.loading.memory import Memory
from codegen.loading.stages import Stages
from codegen.pipeline import Outcome, Pipeline
from codegen.settings import load_settings
from tests.golden.codegen.cases import code_base


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (eval, ("1/0",))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    code_base(tmp_path / "tree")
    return tmp_path / "tree"


def outcome(root: Path, *, cache: bool = True) -> Outcome:
    return Pipeline(Target(root, root / "generated", load_settings(root), cache)).run()


def known(root: Path) -> bool:
    return Pipeline(Target(root, root / "generated", load_settings(root))).unchanged() is not None


def test_an_unchanged_tree_is_recognised(root: Path) -> None:
    assert not known(root)
    assert outcome(root) == outcome(root) == outcome(root, cache=False)
    assert known(root)


@pytest.mark.parametrize("path", ["shop/orders/schemas.py", "shop/orders/aws_lambda/auth.py", "shop/kernel.py"])
def test_a_change_of_what_a_handler_imports_counts(root: Path, path: str) -> None:
    outcome(root)
    file = root / path
    text = file.read_text().replace("class ApiOrder(", "class Renamed(").replace('"orders"', '"parcels"')
    file.write_text(text + "\n# changed\n")
    assert outcome(root) == outcome(root, cache=False)


def test_a_module_that_appears_counts(root: Path) -> None:
    (root / "shop/orders/schemas.py").rename(root / "shop/orders/away.py")
    assert [finding.code for finding in outcome(root).findings] == ["CG206"]
    (root / "shop/orders/away.py").rename(root / "shop/orders/schemas.py")
    assert not known(root)
    assert outcome(root) == outcome(root, cache=False)
    assert not outcome(root).findings


def test_settings_count(root: Path) -> None:
    outcome(root)
    (root / "pyproject.toml").write_text('[tool.codegen]\nentry = "main"\n')
    assert not known(root)


def test_no_handler_is_read_again_for_another_template(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    template = folder / "module.py.j2"
    template.write_bytes((pipeline.TEMPLATES / "module.py.j2").read_bytes())
    target = Target(root, root / "generated", load_settings(root), templates=folder)
    first = Pipeline(target).run()
    template.write_text(template.read_text().replace("router = ", "# Another\nrouter = "))
    seen = Stages()
    again = Pipeline(target, seen)
    assert again.unchanged() is None
    assert again.run().files != first.files
    assert "parse" not in seen.seconds


@pytest.mark.parametrize("content", [b"", b"\x80", b"nonsense", pickle.dumps(Bomb()), pickle.dumps({"a": 1})])
def test_a_broken_or_planted_entry_is_no_entry(root: Path, content: bytes) -> None:
    expected = outcome(root)
    for entry in (root / FOLDER).iterdir():
        entry.write_bytes(content)
    assert not known(root)
    assert outcome(root) == expected


def test_entries_of_another_version_are_ignored(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = outcome(root, cache=False)
    with monkeypatch.context() as other:
        other.setattr(pipeline, "version", lambda templates: "another version")
        outcome(root)
        read = Pipeline(Target(root, root / "generated", load_settings(root)))
        key, readings = read.cache.load("readings")
        emptied = {path: replace(entry, reading=None) for path, entry in readings.items()}
        read.cache.store("readings", (key, emptied))
        assert outcome(root).endpoints == ()
    assert not known(root)
    assert outcome(root) == expected


def test_what_a_process_remembers_counts_as_little(root: Path) -> None:
    memory = Memory()
    handler = root / "shop/orders/aws_lambda/fetch_order.py"
    texts = [handler.read_text(), handler.read_text().replace(": 200", ": 202"), "def f(:", handler.read_text()]
    for text in texts:
        handler.write_text(text)
        warm = Pipeline(Target(root, root / "generated", load_settings(root), False), memory=memory).run()
        assert warm == outcome(root, cache=False)
