"""Starting processes that a Ctrl-C meant for us must not end."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


def spawn(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a command in our terminal; until it calls `ignore_interrupts`, Ctrl-C waits."""
    with _interrupts_held_back():
        return subprocess.Popen(command, **options)


def ignore_interrupts() -> None:
    """For the started process: the one who started us decides when we end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _mask(signal.SIG_UNBLOCK)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    # A child inherits the mask; without it an early Ctrl-C shows the traceback of an interpreter that just begins.
    _mask(signal.SIG_BLOCK)
    try:
        yield
    finally:
        _mask(signal.SIG_UNBLOCK)


def _mask(how: int) -> None:
    if os.name == "posix":
        signal.pthread_sigmask(how, {signal.SIGINT})
