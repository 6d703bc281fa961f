"""Servers and the generator, in processes forked from multiprocessing's forkserver.

It has imported the libraries and nothing of this repository, so each process reads the sources anew.
"""

import gc
import importlib
import io
import multiprocessing
import os
import signal
import socket
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout, suppress
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, Pipe

from ...project import LIBRARY, Project, find_project
from .. import routers

# What takes most of a start; a library that is not installed is ignored.
_LIBRARIES = """alembic.command alembic.script asyncpg dependency_injector.containers dependency_injector.providers
    email_validator fastapi.openapi.docs fastapi.staticfiles fastapi_offline httptools httpx jinja2 jose.jwt
    jose.backends.cryptography_backend libcst.metadata prometheus_client pydantic.v1 pydantic_settings rich structlog
    sqlalchemy.dialects.postgresql.asyncpg sqlalchemy.ext.asyncio typer.core typer.main uvicorn.loops.asyncio
    uvicorn.protocols.http.httptools_impl uvicorn.server"""
_AHEAD = tuple(f"{LIBRARY}.{name}" for name in ("app", "server", "devtools.local"))


def start_forkserver() -> None:
    """Begin to import the libraries. All its processes ignore the terminal's Ctrl-C: the parent ends them."""
    forkserver.set_forkserver_preload(_LIBRARIES.split())
    resource_tracker.ensure_running()  # which lets signals through once it runs
    # Blocked and not ignored: the parent would miss a Ctrl-C of this moment.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    forkserver.ensure_running()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def stop_forkserver() -> None:
    """End it, and multiprocessing's resource tracker, before this process; by themselves they end after it."""
    with suppress(ImportError):
        import psutil  # type: ignore[import-untyped] # the embedded PostgreSQL needs it, and has it

        for child in psutil.Process().children():
            with suppress(psutil.Error):  # it has ended
                if "multiprocessing" in " ".join(child.cmdline()):
                    child.kill()
                    child.wait()


class Server:
    """A server on sockets that are open already. It imports all but generated/, and waits until it is told to."""

    def __init__(self, listeners: list[socket.socket]) -> None:
        self._pipe, theirs = Pipe()
        given = (listeners, dict(os.environ), theirs)
        self.process = multiprocessing.get_context("forkserver").Process(target=_serve_when_told, args=given)
        self.process.start()
        theirs.close()

    def serve(self, *, with_banner: bool) -> bool:
        """True once it serves; False when it ended, or has not started within a minute."""
        with suppress(OSError):  # it has ended
            self._pipe.send("serve")
            if self._pipe.poll(60) and os.read(self._pipe.fileno(), 1):
                self._pipe.send(with_banner)
                return True
        return False

    def exit_code(self, seconds: float) -> int | None:
        """Wait at most that long; None while it runs."""
        self.process.join(seconds)
        return self.process.exitcode

    def stop(self) -> None:
        """Send SIGTERM, then SIGKILL, since it may be stopped in a debugger."""
        self.process.terminate()
        self.process.join(1.2)
        self.process.kill()
        self.process.join()
        self._pipe.close()


def generate() -> tuple[bool, str]:
    """Bring generated/ up to date: whether it is, and what the generator printed."""
    report, theirs = Pipe(duplex=False)
    multiprocessing.get_context("forkserver").Process(target=_generate, args=(theirs,), daemon=True).start()
    theirs.close()
    with suppress(EOFError):  # the process has printed its traceback
        code, text = report.recv()
        return code == 0, text.strip()
    return False, ""


def _generate(report: Connection) -> None:
    gc.freeze()  # a collection would visit, and copy, all that the forkserver has imported
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        code = routers.generate()
    with suppress(OSError):  # the parent has ended
        report.send((code, printed.getvalue()))


def _serve_when_told(listeners: list[socket.socket], environment: dict[str, str], pipe: Connection) -> None:
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the terminal, for breakpoints: multiprocessing has replaced it
    os.environ.update(environment)
    project = find_project()
    project.prepare()
    with suppress(Exception):  # an edit may raise anything: `serve` imports it again and reports it
        for name in (*_AHEAD, *project.handler_modules()):
            importlib.import_module(name)
    try:
        pipe.recv()
    except (EOFError, OSError):
        return  # the parent has ended
    threading.Thread(target=_beside_the_server, args=(pipe, project), daemon=True).start()
    from ..local import serve

    sys.exit(serve(project, listeners, os.dup(pipe.fileno())))


def _beside_the_server(pipe: Connection, project: Project) -> None:
    """Print the banner and export the OpenAPI document; at the end of the parent stop the server, so that it does not
    outlive it."""
    with suppress(EOFError, OSError):
        if pipe.recv():  # it serves
            importlib.import_module(f"{LIBRARY}.devtools.banner").print_banner(project)
        if not pipe.poll(1.5):  # an export keeps the server busy: the first requests after a save go before it
            importlib.import_module(f"{LIBRARY}.openapi.export").update(project)
        pipe.recv()
    os.kill(os.getpid(), signal.SIGTERM)
