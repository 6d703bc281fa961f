"""`finished("tests.support.program", TEXT)` of `preloaded`: a program over the routers of another code base.

Its folder stands first where modules are looked for, and nothing of this repository's routers is loaded.
"""

import os
import sys


def main(text: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "generated"]:
        del sys.modules[name]
    sys.path.insert(0, os.getcwd())
    exec(compile(text, "<program>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    _, program, *sys.argv[1:] = sys.argv
    main(program)
