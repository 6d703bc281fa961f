"""`python -m src.parity REQUESTS.jsonl`."""

import sys

from src.parity.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
