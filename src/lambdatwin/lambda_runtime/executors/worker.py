"""The process of an environment: takes one event at a time from a socket, and answers it there.

What arrives is marshalled: first the functions, those to import at once and the limit of memory, then for each event
the number of its function, the request id, seconds, and the event as bytes that are marshalled too. An answer is the
length of its payload (four bytes, big endian), its kind (one byte, upper case from a process that ends now) and the
payload. An event whose function has to be imported first has READY before its answer.
"""

import json
import marshal
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from typing import BinaryIO

from ..marshalling import CRASHED, MalformedResult
from .functions import Function
from .runtime import NotImported, Runtime, report_of

READY, RESULT, MALFORMED, RAISED, NOT_IMPORTED = b"+", b"r", b"m", b"e", b"i"
_BREAKPOINT = "breakpoint(): no terminal is here; start the server with LAMBDA_ENVIRONMENTS=0 to debug handlers"


def serve(descriptor: int) -> None:
    """Answer events until the socket is closed, or until the process has to be replaced."""
    _own_streams()
    _own_signals()
    connection = socket.socket(fileno=descriptor)
    # A process that a handler starts must neither answer for this one nor keep the socket open after it.
    os.set_inheritable(descriptor, False)
    os.register_at_fork(after_in_child=lambda: os.close(descriptor))
    received = connection.makefile("rb")
    # The server has written it, in the same version of Python.
    functions, warm, limit = marshal.load(received)  # noqa: S302
    runtime = Runtime([Function(*fields) for fields in functions])
    sys.path[:0] = runtime.roots
    runtime.configure_logging()
    for number in warm:
        runtime.warm(number)
    _send(connection, READY, b"")
    process, memory = os.getpid(), Memory()
    while call := _next(received):
        kind, payload, ends = _answer(runtime, call, connection, process)
        _flush()
        if os.getpid() != process:
            os._exit(0)  # a handler forked, and both processes returned from it
        ends = ends or memory.held() > limit
        _send(connection, kind.upper() if ends else kind, payload)
        if ends:
            break
    connection.close()


def _answer(
    runtime: Runtime, call: tuple[int, str, float, bytes], connection: socket.socket, process: int
) -> tuple[bytes, bytes, bool]:
    number, request_id, seconds, marshalled = call
    try:
        event = marshal.loads(marshalled)  # noqa: S302
        result = runtime.invoke(number, request_id, seconds, event, lambda: _send(connection, READY, b""))
        return RESULT, result.encode("utf-8"), False
    except MalformedResult as error:
        crashes = error.reason.startswith(CRASHED)
        return MALFORMED, error.reason.encode("utf-8", "backslashreplace"), crashes
    # The boundary that Lambda's runtime is: whatever a handler raises, and even its exit, is an answer.
    except BaseException as error:
        if isinstance(error, SystemExit) and os.getpid() != process:
            raise  # of a process that the handler forked, which may wait for the exit code
        kind = NOT_IMPORTED if isinstance(error, NotImported) else RAISED
        # What is no `Exception` (an exit, a task that was cancelled) is not caught there: Lambda takes another process.
        return kind, json.dumps(report_of(error, runtime.roots)).encode(), not isinstance(error, Exception)


def _next(received: BinaryIO) -> tuple[int, str, float, bytes] | None:
    """What the server sends next; None when it has closed the connection."""
    try:
        call: tuple[int, str, float, bytes] = marshal.load(received)  # noqa: S302
    except EOFError:
        return None
    return call


def _send(connection: socket.socket, kind: bytes, payload: bytes) -> None:
    connection.sendall(b"%b%b%b" % (len(payload).to_bytes(4, "big"), kind, payload))


class Memory:
    """What this process holds. Linux tells; elsewhere it is the most that it has held."""

    def __init__(self) -> None:
        self._file = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else -1

    def held(self) -> int:
        """Bytes."""
        if self._file < 0:
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return int(os.pread(self._file, 64, 0).split()[1]) * resource.getpagesize()


def _own_streams() -> None:
    """Lines as they are printed, whatever their text; no terminal to debug in; and the first to go without memory."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    sys.breakpointhook = lambda *_, **__: print(_BREAKPOINT, file=sys.stderr)
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
        score.write("1000")


def _own_signals() -> None:
    """What the server ignores or blocks would be inherited; Python itself ignores two."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # a handler may have closed or replaced it
            stream.flush()
