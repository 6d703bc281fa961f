"""Functions that a table declares, each in a process of its own, which Lambda keeps from one invocation to the next."""

import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..runtime import CRASHED, Invocation, named

_RUNTIME = str(Path(__file__).parents[1] / "runtime.py")
_REGION = "us-east-1"
# What Lambda sets for every function. Source: AWS, "Defined runtime environment variables". No tracing daemon is here.
_DEFAULTS = {
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_REGION": _REGION,
    "AWS_DEFAULT_REGION": _REGION,
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
    "AWS_XRAY_SDK_ENABLED": "false",
    "POWERTOOLS_TRACE_DISABLED": "true",
}
_IMPORT_SECONDS = 60.0
# The gateway's limit is judged by the clock, a little later than it passes.
_MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Function:
    """`handler` is what Lambda is told, `folder/module.function`; `roots` are its code root and its layers, absolute.

    `timeout` is in seconds, `memory` in megabytes; a value of `variables` is None where it is known only after the
    deploy.
    """

    name: str
    handler: str
    roots: tuple[str, ...]
    timeout: float | None = None
    memory: int | None = None
    variables: tuple[tuple[str, str | None], ...] = ()

    def environment(self, machine: Mapping[str, str]) -> dict[str, str]:
        """The variables of its process. What only a deploy tells is as the machine's variables say."""
        local = {f"AWS_{name}": "local" for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")}
        given = {name: value for name, value in self.variables if value is not None}
        ours = {**machine, "PYTHONPATH": _outside(machine.get("PYTHONPATH", ""))}
        stream = hashlib.sha256(self.name.encode()).hexdigest()[:32]
        own = {
            "LAMBDA_TASK_ROOT": self.roots[0],
            "_HANDLER": self.handler,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory or 128),
            "AWS_LAMBDA_LOG_STREAM_NAME": f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{stream}",
        }
        credentials = local if "AWS_ENDPOINT_URL" in ours and "AWS_ACCESS_KEY_ID" not in ours else {}
        return {**_DEFAULTS, **credentials, **ours, **given, **named(self.name), **own}


def _outside(path: str) -> str:
    """Without the folders of this repository: Lambda imports from the code root and the layers."""
    here = Path.cwd().resolve()
    return os.pathsep.join(one for one in path.split(os.pathsep) if not Path(one).resolve().is_relative_to(here))


@dataclass(slots=True)
class Functions:
    """The processes, until the block ends. `machine` has the variables that all of them get; `shown`: what functions
    print goes to standard error."""

    machine: Mapping[str, str]
    shown: bool = False
    _running: dict[Function, "_Process"] = field(default_factory=dict)

    def invoke(self, function: Function, event: Mapping[str, Any], request_id: str, limit: float) -> Invocation:
        """One invocation; `limit` is the gateway's, in seconds."""
        if function not in self._running:
            self._running[function] = _Process(function, self.machine, shown=self.shown)
        process = self._running[function]
        found = process.invoke(event, request_id, limit)
        if process.ended:
            del self._running[function]
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._running.values():
            process.end()


class _Process:
    """One function's. `ended`: the next event needs another one, as after a crash in Lambda."""

    def __init__(self, function: Function, machine: Mapping[str, str], *, shown: bool) -> None:
        self.ended = False
        self._function = function
        ours, theirs = socket.socketpair()
        output = sys.stderr if shown else subprocess.DEVNULL
        with theirs:
            self._process = subprocess.Popen(
                # -P: modules beside the file are none of the function's.
                [sys.executable, "-P", "-u", _RUNTIME, str(theirs.fileno()), function.handler, *function.roots],
                cwd=function.roots[0],
                env=function.environment(machine),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self._connection = Connection(ours.detach())
        self._failure = self._received(_IMPORT_SECONDS)

    def invoke(self, event: Mapping[str, Any], request_id: str, limit: float) -> Invocation:
        """Waits until the function's time is over, or the gateway's."""
        if self.ended or self._failure.error is not None:
            self.end()
            return self._failure
        seconds = self._function.timeout or limit
        self._connection.send_bytes(json.dumps([event, request_id, seconds]).encode())
        return self._received(min(seconds, limit + _MARGIN))

    def _received(self, seconds: float) -> Invocation:
        try:
            if self._connection.poll(seconds):
                fields = json.loads(self._connection.recv_bytes())
                return self._invocation(fields["payload"], fields["error"])
            reason = f"Task timed out after {seconds:.2f} seconds"
        except (OSError, EOFError):
            reason = f"{CRASHED}: the process ended before it had answered"
        self.end()
        return Invocation(None, reason)

    def _invocation(self, payload: str | None, error: str | None) -> Invocation:
        if (error or "").startswith(CRASHED):
            self.end()
        return Invocation(None if payload is None else payload.encode("utf-8", "surrogateescape"), error)

    def end(self) -> None:
        """Kill the process, which may hang."""
        self.ended = True
        self._connection.close()
        self._process.kill()
        self._process.wait()
