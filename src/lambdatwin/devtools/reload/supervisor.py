"""After a change: generate, start a new server on the same socket, and stop the old one once the new one serves."""

import os
import re
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from importlib.util import cache_from_source
from itertools import chain
from pathlib import Path
from typing import Any

import watchfiles

from ...project import LIBRARY, Project
from ..routers import is_watched
from .processes import Server, generate, start_forkserver, stop_forkserver

_NOTHING_NEW = re.compile(r"(?m)^.*(, unchanged|; 0 files written, 0 removed)( \(.*\))?$")
_say = partial(print, flush=True)
_CHECK_SECONDS = 0.2
_LARGEST_HEAD = 65_536
_SENTENCE = b"Nothing is served: the terminal of the server says why.\n"
_NOTHING_SERVED = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 1\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(_SENTENCE), _SENTENCE)
)
# Handlers, templates of the generator, settings and tables of routes.
_SOURCES = (".py", ".j2", ".toml", ".yaml", ".yml")


class Supervisor:
    """The server, and while it is being replaced the new one after it.

    `mend` is called several times a second; when it says that something was mended, the server is replaced, whose
    connections are dead.
    """

    def __init__(self, project: Project, listeners: list[socket.socket], mend: Callable[[], str | None]) -> None:
        self._project, self._listeners, self._mend = project, listeners, mend
        self._has_served = False
        self._servers: list[Server] = []
        self._changes: Iterator[list[str]] | None = None
        self._terminal: Any = termios.tcgetattr(0) if os.isatty(0) else None

    def prepare(self, *, watch: bool) -> None:
        """Begin to import the libraries, and to watch: from here on no save is missed."""
        start_forkserver()
        if watch:
            changes = _changes(self._project.watched)
            self._changes = chain([next(changes)], changes)

    def run(self) -> int:
        """Until interrupted; without watching until the server ends: its exit code, or 1 when it does not start."""
        started = self._renew()
        if self._changes is None:
            return self._until_ended() if started else 1
        if not started:
            _say("Nothing is served yet: fix it and save, or press Ctrl-C.")
        for changed in self._changes:
            self._mended()
            if changed:
                self._reload(changed)
            elif self._servers and (code := self._servers[0].exit_code(0)) is not None:
                self._stop(self._servers[0])
                _say(f"The server has ended with code {code}. Save a file to start it again.")
            elif not self._servers:
                self._refuse()
        return 0

    def _refuse(self) -> None:
        """Answer clients that would wait until something is served."""
        for listener in self._listeners:
            listener.setblocking(False)
            with suppress(OSError):  # no client waits any more, or it has left
                while True:
                    client, _ = listener.accept()
                    with client:
                        client.settimeout(_CHECK_SECONDS)
                        client.recv(_LARGEST_HEAD)
                        client.sendall(_NOTHING_SERVED)

    def _until_ended(self) -> int:
        while (code := self._servers[0].exit_code(_CHECK_SECONDS)) is None:
            self._mended()
        return code

    def _mended(self) -> None:
        if (told := self._mend()) is not None:
            if self._servers:
                self._renew()
            _say(told)

    def end(self) -> None:
        for server in list(self._servers):
            self._stop(server)
        stop_forkserver()

    def _stop(self, server: Server) -> None:
        server.stop()
        self._servers.remove(server)
        if self._terminal is not None:  # without echo, where the server was stopped in its debugger
            with suppress(termios.error):  # the terminal has been closed
                termios.tcsetattr(0, termios.TCSADRAIN, self._terminal)

    def _reload(self, changed: list[str]) -> None:
        started = time.monotonic()
        _say(f"changed: {', '.join(changed[:3])}{' ...' if len(changed) > 3 else ''}")
        for path in changed:
            # Compiled code is recognised by whole seconds and its size: two saves in one second may look alike.
            with suppress(OSError):  # not compiled yet, or the folder is gone
                Path(cache_from_source(path)).unlink()
        if self._migrated(changed) and self._renew():
            _say(f"reloaded in {time.monotonic() - started:.1f} s")
        else:
            _say(f"Not reloaded: see above.{' The last good one goes on serving.' if self._servers else ''}")

    def _migrated(self, changed: list[str]) -> bool:
        folder = self._project.migrations
        if folder is None or not any(path.startswith(folder) for path in changed):
            return True
        # A session of its own: Ctrl-C reaches this process only, and `subprocess.run` then kills the command.
        command = [sys.executable, "-m", LIBRARY, "migrate"]
        return subprocess.run(command, check=False, start_new_session=True).returncode == 0

    def _renew(self) -> bool:
        """Replace the server; False when that failed and the old one stays."""
        new = Server(self._listeners)
        self._servers.append(new)
        generated, text = generate()
        if told := _NOTHING_NEW.sub("", text).strip() if generated else text:
            _say(told)
        if not generated or not new.serve(with_banner=not self._has_served):
            self._stop(new)
            return False
        for old in self._servers[:-1]:
            self._stop(old)
        self._has_served = True
        return True


def _changes(watched: Sequence[str]) -> Iterator[list[str]]:
    """Paths relative to the root, sorted; an empty list after `_CHECK_SECONDS` without a change."""
    folders = [folder for folder in watched if Path(folder).is_dir()]
    timing: dict[str, Any] = {"debounce": 100, "step": 20, "rust_timeout": int(1000 * _CHECK_SECONDS)}
    batches = watchfiles.watch(*folders, watch_filter=_is_source, yield_on_timeout=True, **timing)
    for batch in batches:
        yield sorted({os.path.relpath(path) for _, path in batch})


def _is_source(change: watchfiles.Change, path: str) -> bool:
    """Also a new folder: its files may have been written before it was watched."""
    is_new_folder = change is watchfiles.Change.added and Path(path).is_dir()
    return is_watched(os.path.relpath(path)) and (path.endswith(_SOURCES) or is_new_folder)
