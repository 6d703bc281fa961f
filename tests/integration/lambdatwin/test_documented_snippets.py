"""The snippets of docs/your-own-app.md and docs/front-end.md run, in the order of their pages."""

import re
import subprocess
import sys
from pathlib import Path

from tests.support.front_end import commands_of_the_api
from tests.support.postgres import ROOT
from tests.support.server import clean_environment, running_server
from tests.support.walkthrough import follow

PAGE = ROOT / "docs/your-own-app.md"


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


def test_the_commands_of_the_page_for_front_ends_print_what_it_shows(seeded_database_url: str, tmp_path: Path) -> None:
    page = (ROOT / "docs/front-end.md").read_text(encoding="utf-8")
    folder = tmp_path / "app"
    folder.mkdir()
    with running_server(seeded_database_url, ENVIRONMENT="development") as server:
        port = int(server.url.rpartition(":")[2])
        assert follow(page, folder, commands_of_the_api(tmp_path / "bin"), port) >= 6
