"""Restores terminal modes: a process that is stopped inside its debugger leaves the terminal without echo."""

import sys
from collections.abc import Callable
from contextlib import suppress


def remembered() -> Callable[[], None]:
    """A function that restores the terminal's present modes; it does nothing without a terminal."""
    if not sys.stdin.isatty():
        return lambda: None
    try:
        import termios
    except ImportError:  # no POSIX terminal
        return lambda: None
    number = sys.stdin.fileno()
    modes = termios.tcgetattr(number)

    def restore() -> None:
        with suppress(termios.error):  # the terminal has been closed
            termios.tcsetattr(number, termios.TCSADRAIN, modes)

    return restore
