"""Starts the worker of an environment; run by its path, in a process of its own.

The library is loaded under a name that no handler has: a backend may have packages called `src` or `lambdatwin`.
"""

import importlib
import importlib.util
import os
import sys
from contextlib import suppress

_ALIAS = "_lambdatwin_runtime"


def start() -> None:
    """Serve events from the descriptor that the command line names until it is closed."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    file = os.path.join(folder, "__init__.py")
    spec = importlib.util.spec_from_file_location(_ALIAS, file, submodule_search_locations=[folder])
    assert spec is not None  # noqa: S101 - the file stands beside this one
    sys.modules[_ALIAS] = importlib.util.module_from_spec(spec)
    # The server may close it, or end, while something is on its way.
    with suppress(ConnectionError, EOFError):
        importlib.import_module(f"{_ALIAS}.executors.worker").serve(int(sys.argv[1]))


if __name__ == "__main__":
    start()
