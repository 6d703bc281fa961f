"""Server processes that have imported everything when they begin: forks of one process that has the app's modules.

Python and the imports of the app take two seconds of a core at each start. Tests whose subject is not the start itself
leave them out; those of tests/e2e use the real command.
"""

import gc
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from multiprocessing import reduction
from typing import IO, Any

_MODULES = (
    "src.lambdatwin.cli",
    "src.lambdatwin.app",
    "src.lambdatwin.server",
    "src.lambdatwin.devtools.local",
    "src.lambdatwin.postgres.stores",
    "src.runtimes.fastapi.middleware",
    "src.runtimes.fastapi.project",
    "generated.registry",
    "codegen.cli",
    "codegen.pipeline",
    "libcst.metadata",
    "httpcore",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
)


class Inherited:
    """An open file that a process gets; its number there is the argument in this place."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[object, ...]:
        return _number_of, (reduction.DupFd(self._number),)


def _number_of(received: Any) -> str:
    return str(received.detach())


class Preloaded:
    """`python -m module` in such a process, with what `subprocess.Popen` says of one."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str | Inherited],
        *,
        folder: str | os.PathLike[str],
        environment: Mapping[str, str],
        output: int | None = None,
        errors: int | None = None,
        session: bool = False,
    ) -> None:
        """Start it. `output` is the open file for its standard output and error; with None, its output goes nowhere.

        `errors` is that for its standard error alone. With `session` it leads a session of its own.
        """
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([*_MODULES])
        self.args = [module, *map(str, arguments)]
        given = (module, list(arguments), os.fspath(folder), dict(environment))
        files = [None if file is None else Inherited(file) for file in (output, errors)]
        self._process = context.Process(target=_run, args=(*given, *files, session))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def finished(
    module: str, *arguments: str, folder: str | os.PathLike[str], environment: Mapping[str, str], seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """`python -m module` in such a process, to its end; in a session of its own. Raises subprocess.TimeoutExpired.

    With PYTHONWARNINGS=error in the environment a warning is an error, as it is in an interpreter of its own.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = Preloaded(
            module,
            arguments,
            folder=folder,
            environment=environment,
            output=output.fileno(),
            errors=errors.fileno(),
            session=True,
        )
        try:
            code = process.wait(seconds)
        finally:
            process.kill()
        said, told = (_text(file) for file in (output, errors))
    return subprocess.CompletedProcess([module, *arguments], code, said, told)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _run(
    module: str,
    arguments: list[str],
    folder: str,
    environment: dict[str, str],
    output: str | None,
    errors: str | None,
    session: bool,
) -> None:
    gc.freeze()  # a collection would visit, and copy, all that the forkserver has imported
    if session:
        os.setsid()
    _redirect(output, errors)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    if environment.get("PYTHONWARNINGS") == "error":
        warnings.simplefilter("error")
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _redirect(output: str | None, errors: str | None) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere if output is None else int(output), 1)
    if output is not None:
        os.dup2(1 if errors is None else int(errors), 2)
    for opened in (output, errors, nowhere):
        if opened is not None:
            os.close(int(opened))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(write_through=True)  # type: ignore[union-attr]
