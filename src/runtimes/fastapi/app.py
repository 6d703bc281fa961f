"""`python -m src.runtimes.fastapi.app`: serve this backend's Lambda handlers from FastAPI."""

import signal
import sys

if __name__ == "__main__":
    # Ctrl-C during the imports below ends the process without a traceback; the server sets its own handler.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from src.lambdatwin.cli import serve

from .project import MenuPlanning

if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:], MenuPlanning()))
