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


def mirrored(project: str, pins: list[str]) -> str:
    """The text of pyproject.toml with these pins."""
    lines = "".join(f'    "{pin}",\n' for pin in pins)
    table = f"constraint-dependencies = [\n{lines}]\n"
    return _TABLE.sub(lambda _: table, project)


if __name__ == "__main__":
    # `--clear` comes before a new resolution: pins that are constraints already would hold every version where it is.
    path = ROOT / "pyproject.toml"
    wanted = [] if sys.argv[1:] == ["--clear"] else pins()
    path.write_text(mirrored(path.read_text(encoding="utf-8"), wanted), encoding="utf-8")
