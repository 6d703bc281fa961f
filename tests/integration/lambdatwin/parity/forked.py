"""The harness with its FastAPI side in a preloaded process; the real one is started by `lambdatwin parity`."""

import os
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from src.lambdatwin.parity import harness as real
from src.lambdatwin.parity.fastapi_side.process import FastAPISide
from tests.support.preloaded import Inherited, Preloaded

_SERVER = "src.lambdatwin.parity.fastapi_side.server"


@contextmanager
def harness(setup: real.Setup) -> Iterator[real.Harness]:
    """Both sides, until the block ends: two seconds of imports less."""
    with pytest.MonkeyPatch.context() as patch:
        fork(patch)
        running = real.harness(setup)
        both = running.__enter__()
    try:
        yield both
    finally:
        running.__exit__(None, None, None)


def fork(patch: pytest.MonkeyPatch) -> None:
    """Let the FastAPI side of each harness be such a process."""
    patch.setattr(real, "fastapi_process", _forked)


@contextmanager
def _forked(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[FastAPISide]:
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryFile() as output:
        ready, write = os.pipe()
        process = Preloaded(
            _SERVER,
            [Inherited(listener.fileno()), Inherited(write), *arguments],
            folder=Path.cwd(),
            environment=environment,
            output=output.fileno(),
        )
        os.close(write)
        try:
            with os.fdopen(ready, "rb") as told:
                if told.read(1) != b"1":
                    output.seek(0)
                    raise AssertionError(output.read().decode("utf-8", "replace")[-3000:])
            yield FastAPISide(*listener.getsockname())
        finally:
            process.kill()
            process.wait()
