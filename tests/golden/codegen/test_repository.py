"""The generated files of a small repository, as a reviewer reads them; `pytest --snapshot-update` accepts a change.

The repository is the one of docs/another-repository.md. What this backend's handlers give is held by `codegen check`.
"""

from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from codegen.codebase import Target
from codegen.pipeline import Pipeline
from codegen.settings import load_settings
from tests.support.walkthrough import steps

ROOT = Path(__file__).parents[3]


def test_the_routers_of_a_small_repository(snapshot: SnapshotAssertion, tmp_path: Path) -> None:
    for step in steps((ROOT / "docs/another-repository.md").read_text(encoding="utf-8")):
        if step.file is not None and step.file.startswith(("common/", "letters/")):
            file = tmp_path / step.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(step.text, encoding="utf-8")
    outcome = Pipeline(Target(tmp_path, tmp_path / "generated", load_settings(tmp_path), cache=False)).run()
    assert {file.path: file.text for file in outcome.files or ()} == snapshot
