"""docs/adding-an-endpoint.md, word for word in a copy of this checkout: every test of it passes afterwards, too."""

import time
from pathlib import Path

import pytest

from tests.support.development import checkout, free_port
from tests.support.postgres import ROOT
from tests.support.server import clean_environment
from tests.support.walkthrough import follow

pytestmark = pytest.mark.alone

_PAGE = ROOT / "docs" / "adding-an-endpoint.md"
_SUITE_SECONDS = 1800.0


def test_the_page_holds_word_for_word_and_breaks_no_test(tmp_path: Path) -> None:
    begun = time.monotonic()
    folder = checkout(tmp_path / "checkout", "tests", "docs", ".ci", ".github", ".vscode")
    page = _PAGE.read_text(encoding="utf-8")
    done = follow(page, folder, clean_environment(), free_port(), seconds=_SUITE_SECONDS)
    assert (folder / "generated/products_catalog/product_reports.py").exists()
    print(
        f"docs/adding-an-endpoint.md: {done} commands, the last of them `make test`, {time.monotonic() - begun:.0f} s"
    )
