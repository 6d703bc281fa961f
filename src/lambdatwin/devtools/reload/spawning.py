"""Starts processes that a Ctrl-C for this process must not end."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


def spawn(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a command in this terminal with SIGINT blocked, until it calls `ignore_interrupts`."""
    with _interrupts_held_back():
        return subprocess.Popen(command, **options)


def ignore_interrupts() -> None:
    """For the started process: only its parent ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _mask(signal.SIG_UNBLOCK)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    # A child inherits the mask; without it an early Ctrl-C shows the traceback of an interpreter that is starting.
    _mask(signal.SIG_BLOCK)
    try:
        yield
    finally:
        _mask(signal.SIG_UNBLOCK)


def _mask(how: int) -> None:
    if os.name == "posix":
        signal.pthread_sigmask(how, {signal.SIGINT})
