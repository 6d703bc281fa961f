"""The snippets of docs/your-own-app.md run, in the order of the page."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import ROOT
from tests.support.server import clean_environment

PAGE = ROOT / "docs/your-own-app.md"


@pytest.mark.long
def test_the_snippets_of_the_page_run(seeded_database_url: str, tmp_path: Path) -> None:
    snippets = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(snippets) == 6
    program = tmp_path / "test_page.py"
    program.write_text("\n\n".join(snippets), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", str(program)],
        cwd=ROOT,
        env=clean_environment(ENVIRONMENT="test", DATABASE_URL=seeded_database_url, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
