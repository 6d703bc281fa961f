"""`make dev`: prepares the database and the generated code, serves, and reloads after changes.

After a change the generator runs, and then a new server process starts on the same socket; the old one serves until
the new one is ready, and keeps serving when the edit is broken. Both are forked from a forkserver that has imported the
libraries; the new server imports the handlers while the generator reads them.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import cache_from_source
from itertools import chain
from pathlib import Path

import watchfiles

from ...auth.config import auth_problems
from ...project import Project
from ...server import listen
from ...settings import LOCAL_FOLDER, Settings, SettingsError
from .. import banner, database
from ..local_postgres import LocalPostgresError
from ..routers import is_watched
from . import terminal
from .child import Child
from .forked_process import ForkServer, ForkServerLostError
from .regeneration import Generation

_OURS = ("src/lambdatwin/devtools/reload/", "src/lambdatwin/server.py", "src/lambdatwin/settings.py")
_COMMAND = (__package__ or "").removesuffix(".devtools.reload")
_TICK = 200  # milliseconds between two checks of the server
# Writing openapi.json keeps the new server busy, so the first requests after a save come before it.
_EXPORT_AFTER = 1.5  # seconds


def run(project: Project, settings: Settings, *, reload: bool, seed: bool = False) -> int:
    """Serve, and reload, until Ctrl-C or SIGTERM. Exit code 0, or 1 when there never was a server.

    Raises `SettingsError`, and `PortTakenError`.
    """
    problems = auth_problems(settings) + _folder_problems()
    if problems:
        raise SettingsError(problems)
    # Also where the shell started this process with interrupts ignored, as it does with `&` in a script.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # A closed terminal ends it too, unless nohup says otherwise.
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    listener = listen(settings)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})  # PORT=0 is any free one
    development = Development(project, listener, seed)
    try:
        return development.run(settings, reload)
    except KeyboardInterrupt:
        return 0
    except LocalPostgresError as error:
        print(error, file=sys.stderr)
        return 1
    except ForkServerLostError:
        print("The process that starts the servers has ended; the reason stands above.", file=sys.stderr)
        return 1
    finally:
        # A second Ctrl-C must not interrupt the shutdown.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        development.end()


class Development:
    """The current server, and the one that will replace it."""

    def __init__(self, project: Project, listener: socket.socket, seed: bool) -> None:
        self._project, self._listener, self._seed = project, listener, seed
        self._environment: dict[str, str] = {}
        self._restore_terminal = terminal.remembered()
        self._current: Child | None = None
        self._next: Child | None = None
        self._export_at: float | None = None
        self._forkserver = ForkServer()

    def run(self, settings: Settings, reload: bool) -> int:
        """Until interrupted; 1 when the server does not start and nothing is watched."""
        changes = _changes(self._project.watched) if reload else iter(())
        first = next(changes, [])  # from here on no save is missed
        self._environment[settings.variable("port")] = str(settings.port)
        url = database.prepared(self._project, settings, seed=self._seed)
        if url is not None:
            self._environment["DATABASE_URL"] = os.environ["DATABASE_URL"] = url
        self._renew()
        if self._current is not None:
            banner.show(self._project, settings)
        if not reload:
            return self._wait()
        if self._current is None:
            _say("Nothing is served yet: fix it and save, or press Ctrl-C.")
        shown = self._current is not None
        for changed in chain([first], changes):
            if changed:
                self._reload(changed)
                if self._current is not None and not shown:
                    shown = True
                    banner.show(self._project, settings)
            else:
                self._check_server()
        return 0

    def end(self) -> None:
        """Stop every process."""
        for child in (self._next, self._current):
            if child is not None:
                child.stop()
        self._forkserver.end()
        self._restore_terminal()

    def _wait(self) -> int:
        if self._current is not None:
            self._current.export()
        while self._current is not None:
            code = self._current.process.wait(3600)
            if code is not None:
                return code
        return 1

    def _reload(self, changed: list[str]) -> None:
        started = time.monotonic()
        _say(f"changed: {', '.join(changed[:3])}{' ...' if len(changed) > 3 else ''}")
        for path in changed:
            # Compiled code is recognised by whole seconds and its size: two saves in one second may look alike.
            with suppress(OSError):  # not compiled yet, or the folder is gone
                Path(cache_from_source(path)).unlink()
        if any(path.startswith(_OURS) for path in changed):
            _say("This part of the shell is used by the process that reloads: start it anew to see the change.")
        if self._needs_migration(changed) and not self._migrated():
            _say("Not reloaded: the migrations were not applied; the reason stands above.")
        elif self._renew():
            _say(f"reloaded in {time.monotonic() - started:.1f} s")

    def _needs_migration(self, changed: list[str]) -> bool:
        folder = self._project.migrations
        return folder is not None and any(path.startswith(folder) for path in changed)

    def _migrated(self) -> bool:
        # A session of its own: Ctrl-C reaches this process only, and `subprocess.run` then kills the command.
        command = [sys.executable, "-m", _COMMAND, "migrate"]
        return subprocess.run(command, check=False, start_new_session=True).returncode == 0

    def _renew(self) -> bool:
        """Replace the server; False when that failed and the old one stays."""
        kept = " The last good one goes on serving." if self._current else ""
        self._next = Child.start(self._forkserver, self._listener)
        report = Generation.start(self._forkserver).report()
        if report.text:
            _say(report.text)
        if not report.good:
            _say(f"Not reloaded: the generator's findings stand above.{kept}")
        elif not self._next.serve(self._environment):
            _say(f"The new server did not start; the reason stands above.{kept}")
        else:
            old, self._current, self._next = self._current, self._next, None
            if old is not None:
                old.stop()
                self._restore_terminal()
            self._export_at = time.monotonic() + _EXPORT_AFTER
            return True
        self._next.stop()
        self._next = None
        return False

    def _check_server(self) -> None:
        if self._current is None:
            return
        if self._export_at is not None and time.monotonic() > self._export_at:
            self._export_at = None
            self._current.export()
        code = self._current.process.poll()
        if code is None:
            return
        self._current.stop()
        self._current = None
        self._restore_terminal()
        _say(f"The server has ended with code {code}. Save a file to start it again.")


def _folder_problems() -> list[str]:
    try:
        LOCAL_FOLDER.mkdir(exist_ok=True)
    except OSError as error:
        return [f"the folder {LOCAL_FOLDER}, where keys and data are kept, cannot be made ({error.strerror})"]
    if not os.access(LOCAL_FOLDER, os.W_OK | os.X_OK):
        return [f"the folder {LOCAL_FOLDER}, where keys and data are kept, cannot be written by this user"]
    return []


def _say(text: str) -> None:
    print(text, flush=True)


def _changes(watched: Sequence[str]) -> Iterator[list[str]]:
    """Paths relative to the root, sorted; an empty list after each `_TICK` without a change."""
    folders = [folder for folder in watched if Path(folder).is_dir()]
    batches = watchfiles.watch(
        *folders, watch_filter=_is_source, debounce=100, step=20, rust_timeout=_TICK, yield_on_timeout=True
    )
    for batch in batches:
        yield sorted(os.path.relpath(path) for _, path in batch)


def _is_source(change: watchfiles.Change, path: str) -> bool:
    if not is_watched(os.path.relpath(path)):
        return False
    # The files of a new folder may have been written before the folder was watched.
    return path.endswith((".py", ".j2")) or (change is watchfiles.Change.added and Path(path).is_dir())
