"""`python -m ...parity REQUESTS.jsonl`."""

import sys

from ..cli import main

if __name__ == "__main__":
    sys.exit(main(["parity", *sys.argv[1:]]))
