"""`python -m tests.golden.codegen.rewrite [case ...]` writes what the generator says now: read the diff before you commit it."""

import sys

from tests.golden.codegen.cases import HERE, cases


def main() -> None:
    for case in cases():
        if not sys.argv[1:] or case.name in sys.argv[1:]:
            (HERE / "said" / f"{case.name}.txt").write_text(case.rewritten(), encoding="utf-8")


if __name__ == "__main__":
    main()
