"""Runs events through AWS's runtime client, each in a process of its own that imports its handler anew.

A script: nothing of the tests is imported before a handler. Standard input is a JSON list of what to run; standard
output has a line of JSON for each, the payload or the error.
"""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Run them in their order."""
    sys.path[:1] = []
    sys.path.append(str(ROOT))
    for library in ("awslambdaric", "aws_lambda_powertools", "boto3", "botocore.endpoint"):
        importlib.import_module(library)
    for told in json.load(sys.stdin):
        with tempfile.TemporaryFile("w+") as answer:
            process = os.fork()
            if process == 0:
                json.dump(_run(told), answer)
                answer.flush()
                os._exit(0)
            os.waitpid(process, 0)
            answer.seek(0)
            print(answer.read() or json.dumps({"payload": None, "error": "Runtime.ExitError"}))


def _run(told: dict[str, Any]) -> dict[str, str | None]:
    from src.lambdatwin.parity.lambda_side.runtime import function_environment, invoke

    os.dup2(2, 1)
    os.chdir(told["path"][0])
    sys.path[:0] = told["path"]
    module, _, function = told["entry"].rpartition(".")
    with function_environment({}):
        handler = getattr(importlib.import_module(module), function)
        invocation = invoke(handler, told["event"], told["request_id"], 20)
    return {"payload": None if invocation.payload is None else invocation.payload.decode(), "error": invocation.error}


if __name__ == "__main__":
    main()
