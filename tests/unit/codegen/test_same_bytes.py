"""The same handlers give the same bytes: at the same time, in another folder, under another locale and hash seed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.loading.cache import FOLDER

PROJECT = Path(__file__).parents[3]
CONTEXTS = PROJECT / "src/contexts"


def start(program: Path, root: Path, out: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "codegen", "generate", "--root", str(root), "--out", str(out)]
    return subprocess.Popen(
        [*command, *options],
        cwd=program,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(*processes: subprocess.Popen[str]) -> None:
    said = [(process.communicate(timeout=60), process.returncode) for process in processes]
    assert all(code == 0 and not errors for (_, errors), code in said), said


def files(folder: Path) -> dict[str, bytes]:
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    assert "products_catalog/products.py" in found
    return found


def code_base(root: Path) -> Path:
    shutil.copytree(CONTEXTS, root / "src/contexts", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pyproject.toml").write_text('[tool.codegen]\nsources = ["src/contexts/products_catalog"]\n')
    return root


@pytest.mark.long
def test_runs_at_the_same_time_share_a_cache(tmp_path: Path, program: Path) -> None:
    root = code_base(tmp_path / "tree")
    outs = [tmp_path / "first", tmp_path / "second", tmp_path / "second"]
    finish(*[start(program, root, out) for out in outs])
    finish(start(program, root, tmp_path / "cached"))
    finish(start(program, root, tmp_path / "alone", "--no-cache"))
    expected = files(tmp_path / "alone")
    assert [files(tmp_path / name) for name in ("first", "second", "cached")] == [expected] * 3
    assert sorted(path.name for path in (root / FOLDER).iterdir()) == [".gitignore", "readings", "run"]


def test_folder_locale_and_hash_seed_do_not_show(tmp_path: Path, program: Path) -> None:
    here, there = code_base(tmp_path / "here"), code_base(tmp_path / "a b/\N{LATIN SMALL LETTER U WITH DIAERESIS}")
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}
    other = {"LANG": "tr_TR.UTF-8", "PYTHONUTF8": "1", "PYTHONHASHSEED": "4321"}
    finish(
        start(program, here, here / "generated", "--no-cache", **plain),
        start(program, there, there / "generated", "--no-cache", **other),
    )
    assert files(here / "generated") == files(there / "generated")
