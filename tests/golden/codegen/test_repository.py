"""The generated routers of products_catalog, as a reviewer reads them; `pytest --snapshot-update` accepts a change."""

from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from codegen.codebase import Target
from codegen.pipeline import Pipeline
from codegen.settings import load_settings

ROOT = Path(__file__).parents[3]
CONTEXT = "products_catalog/"


def test_the_routers_of_the_catalogue(snapshot: SnapshotAssertion) -> None:
    outcome = Pipeline(Target(ROOT, ROOT / "generated", load_settings(ROOT), cache=False)).run()
    files = {file.path: file.text for file in outcome.files or () if file.path.startswith(CONTEXT)}
    assert files == snapshot
