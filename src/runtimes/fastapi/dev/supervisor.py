"""`make dev`: database, generated code, server and reload under one roof.

A changed file first goes through the generator, then into a new server process on the same socket; the old one serves
until the new one is ready, and goes on serving when the edit is broken. The process that will take over has imported
the libraries long before, and imports the handlers while the generator reads them.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import cache_from_source
from itertools import chain
from pathlib import Path

import watchfiles

from src.runtimes.fastapi.auth.guards import auth_problems
from src.runtimes.fastapi.dev import banner, database, terminal
from src.runtimes.fastapi.dev.child import Child
from src.runtimes.fastapi.dev.regeneration import Generator
from src.runtimes.fastapi.local_postgres import LocalPostgresError
from src.runtimes.fastapi.server import listen
from src.runtimes.fastapi.settings import Settings, SettingsError

_WATCHED = ("src", "codegen", "templates")
_OURS = ("src/runtimes/fastapi/dev/", "src/runtimes/fastapi/server.py", "src/runtimes/fastapi/settings.py")
_MIGRATIONS = "src/migrations/"
_TICK = 200  # milliseconds between two looks at the server


def run(settings: Settings, *, reload: bool) -> int:
    """Serve, and reload, until Ctrl-C or SIGTERM. Exit code 0, or 1 when there never was a server.

    Raises `SettingsError`, and `PortTakenError`.
    """
    problems = auth_problems(settings)
    if problems:
        raise SettingsError(problems)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    development = Development(listen(settings))
    try:
        return development.run(settings, reload)
    except KeyboardInterrupt:
        return 0
    except LocalPostgresError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        # A second Ctrl-C must not leave half of it running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        development.end()


class Development:
    """The server that serves, the one that waits to take its place, and the generator that waits for a change."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._environment: dict[str, str] = {}
        self._restore_terminal = terminal.remembered()
        self._current: Child | None = None
        self._next = Child.start(listener)
        self._generator = Generator.start()

    def run(self, settings: Settings, reload: bool) -> int:
        """Until interrupted; 1 when the server does not start and nothing is watched."""
        self._begin()
        changes = _changes() if reload else iter(())
        first = next(changes, [])  # from here on no save is missed
        self._environment["DATABASE_URL"] = os.environ["DATABASE_URL"] = database.prepared(settings)
        served = self._finish()
        if served:
            banner.show(settings)
        if not reload:
            return self._current.process.wait() if self._current else 1
        if not served:
            _say("Nothing is served yet: mend it and save, or press Ctrl-C.")
        for changed in chain([first], changes):
            if changed:
                self._reload(changed)
                if self._current is not None and not served:
                    served = True
                    banner.show(settings)
            else:
                self._look_after_it()
        return 0

    def end(self) -> None:
        """Stop every process."""
        self._generator.stop()
        for child in (self._next, self._current):
            if child is not None:
                child.stop()
        self._restore_terminal()

    def _reload(self, changed: list[str]) -> None:
        started = time.monotonic()
        _say(f"changed: {', '.join(changed[:3])}{' ...' if len(changed) > 3 else ''}")
        for path in changed:
            # Compiled code is recognised by whole seconds and its size: two saves in one second may look alike.
            Path(cache_from_source(path)).unlink(missing_ok=True)
        if any(path.startswith(_OURS) for path in changed):
            _say("This part of the shell is used by the process that reloads: start it anew to see the change.")
        self._begin()
        if any(path.startswith(_MIGRATIONS) for path in changed):
            subprocess.run([sys.executable, "-m", "src.migrations.run"], check=False)
        if self._finish():
            _say(f"reloaded in {time.monotonic() - started:.1f} s")

    def _begin(self) -> None:
        self._next.import_sources()
        self._generator.begin()

    def _finish(self) -> bool:
        """A new server in the place of the old one, or False, and the old one stays."""
        kept = " The last good one goes on serving." if self._current else ""
        report = self._generator.report()
        self._generator = Generator.start()
        if report.text:
            _say(report.text)
        if not report.good:
            _say(f"Not reloaded: the generator's findings stand above.{kept}")
            self._renew_next()
            return False
        if not self._next.serve(self._environment):
            _say(f"The new server did not start; the reason stands above.{kept}")
            self._renew_next()
            return False
        old, self._current = self._current, self._next
        if old is not None:
            old.stop()
            self._restore_terminal()
        self._next = Child.start(self._listener)
        self._current.export()
        return True

    def _renew_next(self) -> None:
        self._next.stop()
        self._next = Child.start(self._listener)

    def _look_after_it(self) -> None:
        if self._current is None or self._current.process.poll() is None:
            return
        code = self._current.process.returncode
        self._current.stop()
        self._current = None
        self._restore_terminal()
        _say(f"The server has ended with code {code}. Save a file to start it again.")


def _say(text: str) -> None:
    print(text, flush=True)


def _changes() -> Iterator[list[str]]:
    """Paths relative to the root, sorted; an empty list whenever nothing happened for a while."""
    folders = [folder for folder in _WATCHED if Path(folder).is_dir()]
    batches = watchfiles.watch(
        *folders, watch_filter=_is_source, debounce=100, step=20, rust_timeout=_TICK, yield_on_timeout=True
    )
    for batch in batches:
        yield sorted(os.path.relpath(path) for _, path in batch)


def _is_source(change: watchfiles.Change, path: str) -> bool:
    return path.endswith((".py", ".j2")) and "__pycache__" not in path
