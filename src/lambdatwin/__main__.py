"""The command `lambdatwin`, and `python -m` with the package."""

import signal
import sys


def main() -> int:
    # Ctrl-C during the import ends the process without a traceback.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .cli import main as command

    signal.signal(signal.SIGINT, before)
    return command()


if __name__ == "__main__":
    sys.exit(main())
