"""`make dev`'s process on a copy of the repository, in a terminal of its own."""

import fcntl
import functools
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from typer.testing import CliRunner

from codegen.cli import app as generator
from codegen.loading.cache import FOLDER as CACHE
from src.lambdatwin.devtools.local import ISSUER_FOLDER
from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support.postgres import ROOT
from tests.support.server import clean_environment

_COPIED = ("src", "codegen", "templates", "generated")
_PATIENCE = 60.0


def copy_of_the_repository(folder: Path) -> Path:
    """What `make dev` needs, in a folder of its own."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(_readings(), folder / CACHE)
    return folder


@functools.cache
def _readings() -> Path:
    """The generator's cache of this checkout, filled: in a copy it would read every handler anew, two seconds each."""
    ran = CliRunner().invoke(generator, ["check", "--root", str(ROOT)])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.output
    return ROOT / CACHE


def checkout(folder: Path, *more: str) -> Path:
    """The same, and more folders of the repository, with an environment for which `make` has nothing to install."""
    copy_of_the_repository(folder)
    for name in more:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file() and not (folder / file.name).exists() and file.name != ".env":
            shutil.copy2(file, folder)
    (folder / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (folder / ".venv" / part).symlink_to(ROOT / ".venv" / part)
    (folder / ".venv" / ".ready").touch()
    uv = folder / ".local" / "uv" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.touch()
    os.utime(uv, (0, 0))
    return folder


def contention() -> float:
    """Wall time over CPU time of a computation on every core at once."""
    children = []
    for _ in range(os.cpu_count() or 1):
        children.append(os.fork())
        if children[-1] == 0:
            begun, used = time.perf_counter(), time.process_time()
            while time.process_time() - used < 0.5:
                sum(range(1000))
            os._exit(min(255, round((time.perf_counter() - begun) / 0.5 * 10)))
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return max(1.0, max(codes) / 10)


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass(slots=True)
class Development:
    """A running development server; `seen` is how much of what it printed has been waited for."""

    folder: Path
    url: str
    process: subprocess.Popen[bytes]
    terminal: int
    printed: str = ""
    seen: int = 0
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, verify=False))

    def await_line(self, pattern: str, seconds: float = _PATIENCE) -> re.Match[str]:
        """Wait until it prints something new that matches."""
        end = time.monotonic() + seconds
        while True:
            found = re.compile(pattern).search(self.printed, self.seen)
            if found is not None:
                self.seen = found.end()
                return found
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"no {pattern!r} within {seconds:.0f} s:\n{self.printed[-4000:]}")

    def await_answer(self, path: str, good: Callable[[httpx.Response], bool], seconds: float = _PATIENCE) -> float:
        """Ask again and again until the answer is good; the seconds that it took."""
        begun = time.monotonic()
        while time.monotonic() < begun + seconds:
            answer = self.get(path)
            if good(answer):
                return time.monotonic() - begun
            # A server whose terminal nobody reads stands still sooner or later; and who asks without any pause takes
            # a core from those who make the answer.
            self._drained(0.02)
        raise AssertionError(f"{path}: {answer.status_code} {answer.text[:500]}\n{self._drained()[-4000:]}")

    def get(self, path: str) -> httpx.Response:
        """One request with the banner's token, on a connection of its own."""
        return self.client.get(self.url + path, headers={"connection": "close"})

    def log_in(self) -> None:
        """Use the token that the banner's command prints."""
        command = self.await_line(r"Bearer \$\((.+?)\)\"").group(1)
        token = subprocess.check_output(
            command, shell=True, cwd=self.folder, env=clean_environment(), text=True
        ).strip()
        self.client.headers["authorization"] = f"Bearer {token}"

    def authorize(self, seconds: float = _PATIENCE) -> None:
        """Use a token like that, made here with the keys of its folder, once the banner is printed."""
        self.await_line("Log in ", seconds)
        settings = Settings(environment="development", port=int(self.url.rpartition(":")[2]))
        people, keys = MenuPlanning.people, self.folder / ISSUER_FOLDER
        token = make_token(settings, people[0].username, seconds=3600, people=people, folder=keys)
        self.client.headers["authorization"] = f"Bearer {token}"

    def edit(self, path: str, old: str, new: str) -> Callable[[], None]:
        """Save a file with a change; the result undoes it."""
        file = self.folder / path
        before = file.read_text(encoding="utf-8")
        assert old in before, (path, old)
        file.write_text(before.replace(old, new), encoding="utf-8")

        def undo() -> None:
            file.write_text(before, encoding="utf-8")

        return undo

    def type(self, text: str) -> None:
        """What somebody types into the terminal."""
        os.write(self.terminal, text.encode())

    def interrupt(self, seconds: float = 10) -> float:
        """Ctrl-C; the seconds until its process and all processes of its terminal are gone."""
        self.type("\x03")
        return self.await_end(seconds)

    def await_end(self, seconds: float = 10) -> float:
        """The seconds until its process and all processes of its terminal are gone."""
        begun = time.monotonic()
        while self._read(begun + seconds - time.monotonic()):
            pass
        self.process.wait(max(0.1, begun + seconds - time.monotonic()))
        while _is_alive(self.process.pid) and time.monotonic() < begun + seconds:
            continue
        assert not _is_alive(self.process.pid), "some processes are still there"
        return time.monotonic() - begun

    def _read(self, seconds: float) -> bool:
        """Take in what it printed; False at the end of time or of output."""
        readable, _, _ = select.select([self.terminal], [], [], max(0.0, seconds))
        try:
            chunk = os.read(self.terminal, 65_536) if readable else b""
        except OSError:  # how Linux says that nobody holds the other end
            chunk = b""
        self.printed += chunk.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(chunk)

    def _drained(self, seconds: float = 0.0) -> str:
        while self._read(seconds):
            pass
        return self.printed


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def development(
    folder: Path,
    *,
    command: Sequence[str] = ("src.runtimes.fastapi.app",),
    program: Sequence[str] = (sys.executable, "-m"),
    **settings: str,
) -> Iterator[Development]:
    """`python -m` this command in the folder until the block ends; settings are environment variables."""
    port = settings.setdefault("PORT", str(free_port()))
    outside, inside = pty.openpty()
    process = subprocess.Popen(
        [*program, *command],
        cwd=folder,
        env=clean_environment(TERM="dumb", **settings),
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
        preexec_fn=_take_the_terminal,
    )
    os.close(inside)
    running = Development(folder, f"http://127.0.0.1:{port}", process, outside)
    try:
        yield running
    finally:
        if _is_alive(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(outside)
        running.client.close()


def _take_the_terminal() -> None:
    # Whoever runs the tests may have been told to ignore them: a script's `&`, or nohup.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
