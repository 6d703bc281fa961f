"""One environment as the server sees it: a worker process that takes one event at a time."""

import asyncio
import fcntl
import json
import marshal
import os
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import cast

from ..context import DEFAULT_REGION
from ..deadlines import TimedOut
from ..marshalling import MalformedResult
from .functions import Function, Group
from .runtime import own_variables
from .worker import MALFORMED, NOT_IMPORTED, READY, RESULT

_START = str(Path(__file__).with_name("start.py"))
# Bytes of output for one turn of the event loop, which has other things to do as well.
_PART = 4096
# CloudWatch's limit for an event: a longer line is cut into several.
_LONGEST_LINE = 262_144
_STOP_SECONDS = 1.0
# For the imports before the first event. Lambda takes 10, on a machine that does nothing else.
_START_SECONDS = 30.0
# What Lambda gives every function, where the server's own environment says nothing else; and no tracing daemon is here.
DEFAULTS = {
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_REGION": DEFAULT_REGION,
    "AWS_DEFAULT_REGION": DEFAULT_REGION,
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
    "AWS_XRAY_SDK_ENABLED": "false",
    "POWERTOOLS_TRACE_DISABLED": "true",
}
# boto3 asks for some before it sends anything, to a local server too.
_LOCAL_CREDENTIALS = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), "local")

type Output = Callable[[str, str, str], None]
"""Takes a line that a handler wrote: the function's name, the request id, the text. Both are empty between requests."""


class FunctionError(Exception):
    """An invocation that ended without a result. `event` and `fields` are for the log."""

    event = "function_failed"

    def __init__(self, reason: str, **fields: str) -> None:
        super().__init__(reason)
        self.fields = {"reason": reason, **fields}


class RemoteTraceback(Exception):
    """The traceback of an exception of a handler, as text: the cause of a `HandlerFailed`."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


class HandlerFailed(FunctionError):
    """The handler raised, or cannot be imported (`imported` is false). `error_message` is what Lambda reports as the
    error's, empty where the process has to end without a report."""

    def __init__(self, reason: str, traceback: str, place: str, error_message: str, *, imported: bool) -> None:
        super().__init__(reason, place=place)
        self.error_message = error_message
        self.reason, self.traceback, self.place, self.imported = reason, traceback, place, imported
        self.event = "handler_raised" if imported else "handler_not_imported"
        self.__cause__ = RemoteTraceback(traceback)


class EnvironmentEnded(FunctionError):
    """The process ended before it had answered."""

    event = "environment_ended"


class FunctionTimedOut(FunctionError):
    """The function's own time limit passed; its environment was killed."""

    event = "function_timeout"


@dataclass(eq=False, slots=True)
class Call:
    """An event for the function of this number in its group, marshalled. The gateway waits until `ends`, on the event
    loop's clock.

    `answer` gets the payload that the function's runtime posts. It raises `HandlerFailed`, `MalformedResult`,
    `EnvironmentEnded`, `FunctionTimedOut` and `TimedOut`.
    """

    number: int
    event: bytes
    request_id: str
    ends: float
    answer: asyncio.Future[bytes]


class Environment(asyncio.Protocol):
    """A worker process with its socket and its output. Only the event loop's thread touches it.

    `is_free` is called when it has started, or has answered an event; `has_ended` when it takes no event any more.
    """

    def __init__(
        self,
        group: Group,
        is_free: "Callable[[Environment], None]",
        has_ended: "Callable[[Environment], None]",
        output: Output,
    ) -> None:
        self.group = group
        self.retired = self._ended = False
        self._is_free, self._has_ended, self._output = is_free, has_ended, output
        self._transport: asyncio.Transport | None = None
        self._received, self._printed = bytearray(), bytearray()
        self._function, self._request_id = "", ""
        self._call: Call | None = None
        self._imported: set[int] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._timed_out: Exception | None = None

    def spawn(self, first: Function) -> None:
        """Start the process as it would be for the function `first`; raises OSError where that is not possible."""
        ours, theirs = socket.socketpair()
        self._pipe, output = os.pipe()
        try:
            # In a session of its own: the terminal's signals are the server's, and what it forks is killed with it.
            self._process = subprocess.Popen(
                [sys.executable, "-P", _START, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(theirs.fileno(),),
                cwd=first.roots[0],
                env=variables_of(self.group, first, os.environ),
                start_new_session=True,
            )
        except OSError:
            ours.close()
            os.close(self._pipe)
            raise
        finally:
            theirs.close()
            os.close(output)
        self._function, self._socket = first.name, ours
        self._loop = asyncio.get_running_loop()
        self._spawned = self._freed = self._loop.time()
        self._timer = self._loop.call_later(_START_SECONDS, self._expire, EnvironmentEnded("it did not start in time"))
        os.set_blocking(self._pipe, False)
        self._loop.add_reader(self._pipe, self._read_output)

    async def connect(self, warm: Collection[int], memory: int) -> None:
        """Let the process import the functions `warm`. An answer after which it holds more than `memory` bytes is its
        last."""
        self._imported |= set(warm)
        self._socket.setblocking(False)
        await self._loop.create_unix_connection(lambda: self, sock=self._socket)
        self._send([astuple(one) for one in self.group.functions], sorted(warm), memory)

    def take(self, call: Call) -> None:
        """Run an event to its end, though its caller is cancelled. At the time limit the process is killed."""
        function = self.group.functions[call.number]
        self._function, self._request_id, self._call = function.name, call.request_id, call
        own, left = function.timeout, call.ends - self._loop.time()
        self._limit(own if call.number in self._imported else None, left)
        self._send(call.number, call.request_id, left if own is None else own, call.event)

    def _limit(self, own: float | None, left: float) -> None:
        """Kill the process after the function's `own` seconds, or when the gateway waits no longer."""
        seconds, timed_out = (left, TimedOut()) if own is None or own >= left else (own, FunctionTimedOut(f"{own} s"))
        self._timer = self._loop.call_later(seconds, self._expire, timed_out)

    def kill(self) -> None:
        """End the process and what it has forked at once."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def age(self) -> float:
        """Seconds since the process was started."""
        return self._loop.time() - self._spawned

    @property
    def rest(self) -> float:
        """Seconds since it has started, or has answered its last event."""
        return self._loop.time() - self._freed

    def retire(self) -> None:
        """Let the process end, and take no event any more; it is not to be replaced."""
        self.retired = True
        self._end()

    async def collect(self) -> None:
        """Wait until the process has ended, at most a second; what it still prints is heard."""
        await asyncio.to_thread(self._wait)
        self._read_all_output()
        self._write_rest()
        self._close_pipe()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self._ended:
            transport.close()

    def data_received(self, data: bytes) -> None:
        """asyncio's: a part of an answer."""
        received = self._received
        received += data
        while len(received) >= 5 and len(received) >= 5 + (size := int.from_bytes(received[:4], "big")):
            kind, payload = bytes(received[4:5]), bytes(received[5 : 5 + size])
            del received[: 5 + size]
            if kind == READY and self._call is not None:
                self._has_imported(self._call)
            else:
                self._has_answered(kind, payload)

    def _has_imported(self, call: Call) -> None:
        """From now on the function's own limit counts, as in Lambda, where the import is no part of the first event."""
        self._imported.add(call.number)
        if self._timer is not None:
            self._timer.cancel()
        self._limit(self.group.functions[call.number].timeout, call.ends - self._loop.time())

    def _has_answered(self, kind: bytes, payload: bytes) -> None:
        # What was printed before the answer was sent belongs to this request and to no later one.
        self._read_all_output()
        self._write_rest()
        self._settle(kind.lower(), payload)
        if kind.isupper():
            self._end()
        else:
            self._freed = self._loop.time()
            self._is_free(self)

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio's: the process has ended, or was told to."""
        self._end()

    def _settle(self, kind: bytes, payload: bytes) -> None:
        call, self._call = self._call, None
        if self._timer is not None:
            self._timer.cancel()
        self._function = self._request_id = ""
        if call is None or call.answer.done():
            return
        answer = call.answer
        if kind == RESULT:
            answer.set_result(payload)
        elif kind == MALFORMED:
            answer.set_exception(MalformedResult(payload.decode()))
        else:
            answer.set_exception(HandlerFailed(**json.loads(payload), imported=kind != NOT_IMPORTED))

    def _expire(self, reason: Exception) -> None:
        self._timed_out = reason
        self.kill()

    def _end(self) -> None:
        """Once: tell the request that waits, and the owner."""
        if self._ended:
            return
        self._ended = True
        if self._transport is not None:
            self._transport.close()
        self._read_all_output()
        call, self._call = self._call, None
        if self._timer is not None:
            self._timer.cancel()
        if call is not None and not call.answer.done():
            call.answer.set_exception(self._timed_out or EnvironmentEnded("the process ended before it had answered"))
        self._has_ended(self)

    def _send(self, *values: object) -> None:
        assert self._transport is not None  # noqa: S101 - after `connect`
        self._transport.write(marshal.dumps(values))  # type: ignore[arg-type]  # marshal knows what it takes

    def _wait(self) -> None:
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        # The process is gone; processes that it left behind are not.
        self.kill()

    # Output.

    def _read_all_output(self) -> None:
        """What the pipe holds now: what is written meanwhile is for later, as it may never end."""
        if self._pipe >= 0:
            held = fcntl.ioctl(self._pipe, termios.FIONREAD, bytes(4))
            self._read_output(int.from_bytes(held, sys.byteorder))

    def _read_output(self, most: int = _PART) -> None:
        """Hand on whole lines."""
        if self._pipe < 0 or not most:
            return
        try:
            data = os.read(self._pipe, most)
        except BlockingIOError:
            return
        if not data:
            self._close_pipe()
            return
        self._printed += data
        if b"\n" in data or len(self._printed) > _LONGEST_LINE:
            *lines, rest = self._printed.split(b"\n")
            if len(rest) > _LONGEST_LINE:
                lines, rest = [*lines, rest], bytearray()
            self._printed = rest
            for line in lines:
                self._write_line(line)

    def _write_rest(self) -> None:
        self._write_line(self._printed)
        self._printed = bytearray()

    def _write_line(self, line: bytearray) -> None:
        if line:
            self._output(self._function, self._request_id, line.decode("utf-8", "backslashreplace"))

    def _close_pipe(self) -> None:
        if self._pipe >= 0:
            self._loop.remove_reader(self._pipe)
            os.close(self._pipe)
            self._pipe = -1


def variables_of(group: Group, first: Function, ours: Mapping[str, str]) -> dict[str, str]:
    """The variables of a process: Lambda's, the server's own, and what the functions declare, which counts most."""
    local = _LOCAL_CREDENTIALS if "AWS_ENDPOINT_URL" in ours and "AWS_ACCESS_KEY_ID" not in ours else {}
    path = {"PYTHONPATH": _outside(ours["PYTHONPATH"])} if "PYTHONPATH" in ours else {}
    return {**DEFAULTS, **local, **ours, **path, **group.environment, **own_variables(first)}


def _outside(path: str) -> str:
    """Without the folders of the repository, which the server imports from: Lambda has code root and layers only."""
    here = os.path.realpath(".")
    return os.pathsep.join(
        folder
        for folder in path.split(os.pathsep)
        if not f"{os.path.realpath(folder)}{os.sep}".startswith(here + os.sep)
    )
