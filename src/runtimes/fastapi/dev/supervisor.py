"""`make dev`: database, generated code, server and reload under one roof.

A changed file first goes through the generator, then into a new server process on the same socket; the old one serves
until the new one is ready, and goes on serving when the edit is broken.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import watchfiles

from src.runtimes.fastapi.dev import banner, database
from src.runtimes.fastapi.dev.child import Child
from src.runtimes.fastapi.dev.regeneration import regenerate
from src.runtimes.fastapi.local_postgres import LocalPostgresError
from src.runtimes.fastapi.server import listen
from src.runtimes.fastapi.settings import Settings

_WATCHED = ("src", "codegen", "templates")


def run(settings: Settings, *, reload: bool) -> int:
    """Serve, and reload, until Ctrl-C or SIGTERM. Exit code 0, or 1 when there never was a server."""
    listener = listen(settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        os.environ["DATABASE_URL"] = database.prepared(settings)
    except LocalPostgresError as error:
        print(error, file=sys.stderr)
        return 1
    child = _replaced(None, listener)
    if child is None:
        return 0 if stop.is_set() else 1
    banner.show(settings)
    for changed in _changes(stop) if reload else _never(stop):
        print(f"changed: {', '.join(changed[:3])}{' ...' if len(changed) > 3 else ''}")
        child = _replaced(child, listener) or child
    child.stop()
    return 0


def _never(stop: threading.Event) -> Iterator[list[str]]:
    stop.wait()
    yield from ()


def _replaced(old: Child | None, listener: socket.socket) -> Child | None:
    """A new server in the place of the old one, or None, and the old one stays."""
    kept = " The last good one goes on serving." if old else ""
    if not regenerate():
        print(f"Not reloaded: the generator's findings stand above.{kept}", file=sys.stderr)
        return None
    new = Child.start(listener)
    if not new.wait_until_ready():
        new.stop()
        print(f"The new server did not start; the reason stands above.{kept}", file=sys.stderr)
        return None
    if old is not None:
        old.stop()
        print("reloaded")
    return new


def _changes(stop: threading.Event) -> Iterator[list[str]]:
    folders = [folder for folder in _WATCHED if Path(folder).is_dir()]
    batches = watchfiles.watch(
        *folders, watch_filter=_is_source, debounce=100, step=20, stop_event=stop, raise_interrupt=False
    )
    for batch in batches:
        yield sorted(os.path.relpath(path) for _, path in batch)


def _is_source(change: watchfiles.Change, path: str) -> bool:
    return path.endswith((".py", ".j2")) and "__pycache__" not in path
