"""`python -m src.migrations.new NAME`: the file of the next migration, with nothing to do in it yet."""

import re
import sys
from pathlib import Path

from .run import head

VERSIONS = Path(__file__).parent / "versions"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,24}")
_TEXT = '''"""{title}."""

from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    """Additive only: an older build runs on this schema."""
    op.execute("SELECT 1")


def downgrade() -> None:
    """Take back."""
    op.execute("SELECT 1")
'''


def main(arguments: list[str]) -> int:
    """Exit code 0 with the file's path on stdout, 2 with a sentence on stderr for a name that is none."""
    name = arguments[0].strip().lower().replace("-", "_").replace(" ", "_") if len(arguments) == 1 else ""
    if not _NAME.fullmatch(name):
        print("Name the migration in words of letters and digits: make migration NAME=meal_notes", file=sys.stderr)
        return 2
    before = head()
    revision = f"{int(before.partition('_')[0]) + 1:04}_{name}"
    file = VERSIONS / f"{revision}.py"
    title = name.replace("_", " ").capitalize()
    file.write_text(_TEXT.format(title=title, revision=revision, before=before), encoding="utf-8")
    print(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
