"""Write the pins of requirements-dev.txt into `[tool.uv] constraint-dependencies`, for `uv run` to install the same."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PIN = re.compile(r"^([A-Za-z0-9._-]+==[^\s\\]+)(?: *; *([^\\]+?))? *\\?$", re.MULTILINE)
_TABLE = re.compile(r"^constraint-dependencies = \[.*?^\]\n", re.MULTILINE | re.DOTALL)


def pins() -> list[str]:
    """Every pin of the file with its marker, in order."""
    text = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    return [f"{pin} ; {marker}" if marker else pin for pin, marker in _PIN.findall(text)]


def mirrored(project: str) -> str:
    """The text of pyproject.toml with the present pins."""
    lines = "".join(f'    "{pin}",\n' for pin in pins())
    table = f"constraint-dependencies = [\n{lines}]\n"
    if not _TABLE.search(project):
        return project.replace("[tool.uv]\npackage = false\n", f"[tool.uv]\npackage = false\n{table}")
    return _TABLE.sub(lambda _: table, project)


if __name__ == "__main__":
    path = ROOT / "pyproject.toml"
    path.write_text(mirrored(path.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
