"""`python -m tests.golden.codegen.rewrite [case ...]` writes what the generator says now: read the diff before you commit it."""

import shutil
import sys

from tests.golden.codegen.cases import cases


def main() -> None:
    for case in cases():
        if sys.argv[1:] and case.name not in sys.argv[1:]:
            continue
        for path in case.folder.iterdir():
            if path.name != "input":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name, text in case.actual().items():
            target = case.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
