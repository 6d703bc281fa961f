"""`python -m src.runtimes.fastapi.dev.warm MODULE ARGUMENT...`: waits with its libraries imported, then runs a module.

The order to run is a line on the standard input; its end without one is the order to leave. What the module then reads
and imports is what stands on disk at that moment.
"""

import runpy
import sys

from src.runtimes.fastapi.dev.libraries import GENERATOR, preload
from src.runtimes.fastapi.dev.spawning import ignore_interrupts


def main(arguments: list[str]) -> None:
    """Like `python -m MODULE ARGUMENT...`, later."""
    ignore_interrupts()
    preload(GENERATOR)
    if sys.stdin.readline():
        sys.argv = arguments
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
