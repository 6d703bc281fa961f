"""What the machine has set for itself, and how little of it a test sees."""

import os
import re
import signal
import sys

# For proofs that install packages or that are told where a tool lies.
GIVEN = dict(os.environ)
_KEPT = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|TERM|TMPDIR|VIRTUAL_ENV|CI|TZ|LANG|LC_\w+|(COV_CORE|COVERAGE|PYTEST|HYPOTHESIS)_\w+"
)


def isolate() -> None:
    """Remove every variable that tests and the processes they start have no need of: settings of the product and of
    libraries, proxies, addresses of databases. Those of language and time zone stay: the product has to bear them."""
    for name in set(os.environ):
        if not _KEPT.fullmatch(name):
            del os.environ[name]
    # A shell that starts the tests in the background has Ctrl-C ignored, in all processes below.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Without their byte code the processes of the tests would compile what they import, each anew.
    sys.dont_write_bytecode = False
