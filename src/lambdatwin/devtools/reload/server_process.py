"""`python -m ...devtools.reload.server_process SOCKET ORDERS READY`: a server that waits for its start.

It imports the sources, all but generated/, which the generator may be writing. Commands are lines on the descriptor
ORDERS: `serve {...}` serves, with that environment added; `export` writes the OpenAPI document. The process ends when
the descriptor is closed.
"""

import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator

from ...cli import serve
from ...openapi.export import update
from ...project import Project, find_project
from .child import EXPORT, SERVE

_LIBRARY = (__package__ or "").removesuffix(".devtools.reload")
_AHEAD = tuple(f"{_LIBRARY}.{name}" for name in ("app", "server", "devtools.local"))


def main(arguments: list[str]) -> int:
    """The exit code of the server, or 0 when it was never told to serve."""
    listener, orders, ready = arguments
    project = find_project()
    _import_sources(project)
    lines = _lines(int(orders))
    for line in lines:
        order, _, given = line.partition(" ")
        if order == SERVE:
            os.environ.update(json.loads(given))
            threading.Thread(target=_obey, args=(lines, project), daemon=True).start()
            return serve(["--child", listener, ready], project)
    return 0


def _lines(number: int) -> Iterator[str]:
    # Unbuffered: a thread that waits in a buffered file would block the interpreter's shutdown.
    rest = b""
    while chunk := os.read(number, 4096):
        *complete, rest = (rest + chunk).split(b"\n")
        yield from (line.decode() for line in complete)


def _import_sources(project: Project) -> None:
    for name in (*_AHEAD, *project.handler_modules()):
        try:
            importlib.import_module(name)
        except Exception:  # an edit may raise anything: `serve` imports it again and reports it
            return


def _obey(lines: Iterator[str], project: Project) -> None:
    """Run commands while the server runs; at their end stop it, so that no server outlives its terminal."""
    for line in lines:
        if line == EXPORT:
            update(project)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
