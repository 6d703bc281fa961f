"""One sync handler, served in the ways that its owner has, with all processes of each."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import psutil  # type: ignore[import-untyped]

from tests.bench.kit.servers import ROOT

PATH, BODY = "/things", b'{"name": "a thing", "numbers": [1, 2, 3, 4, 5]}'
WORKERS = int(os.environ.get("BENCH_WORKERS", "2"))
HANDLER = """
import json

def answer(given):
    return json.dumps({"name": given["name"], "sum": sum(given["numbers"]), "words": [given["name"]] * 20})

def handler(event, context):
    body = answer(json.loads(event["body"]))
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body}
"""


def environments(kind: str) -> Any:
    """The handler behind the gateway: in environments, or as a coroutine in the loop."""
    from fastapi import FastAPI

    from src.lambdatwin import ports
    from src.lambdatwin.app import install
    from src.lambdatwin.project import Project
    from src.lambdatwin.settings import Settings

    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    (folder / "app.py").write_text(HANDLER, encoding="utf-8")
    router = ports.router("Things")
    names: dict[str, Any] = {}
    exec(HANDLER, names)

    async def coroutine(event: Any, context: Any) -> Any:
        return names["handler"](event, context)

    bound: dict[str, Any] = {"module": "things", "function": "coroutine", "handler": coroutine}
    if kind == "environments":
        bound = {"function": ports.Function("Things", str(folder), "app.py", "handler")}

    @router.post(PATH)
    @ports.endpoint(auth=None, **bound)
    async def things() -> None: ...

    app = FastAPI()
    settings = Settings(environment="test", cognito_issuer="http://127.0.0.1:1/p", cognito_client_id="c")
    settings = settings.model_copy(update={"lambda_environments": WORKERS, "lambda_queue": 1000})
    install(app, [router], project=Project(), settings=settings)
    return app


def fastapi_sync() -> Any:
    """A FastAPI endpoint that is no coroutine: FastAPI runs it in a thread."""
    from fastapi import Body, FastAPI, Response

    names: dict[str, Any] = {}
    exec(HANDLER, names)
    app = FastAPI()

    @app.post(PATH)
    def things(given: Annotated[dict[str, Any], Body()]) -> Response:
        return Response(names["answer"](given), media_type="application/json")

    return app


def flask_app() -> Any:
    """The same under Flask."""
    from flask import Flask, Response, request

    names: dict[str, Any] = {}
    exec(HANDLER, names)
    app = Flask(__name__)

    @app.post(PATH)
    def things() -> Response:
        return Response(names["answer"](request.get_json()), mimetype="application/json")

    return app


@dataclass(frozen=True, slots=True)
class Family:
    """A server with all processes below it."""

    port: int
    process: subprocess.Popen[bytes]

    def _all(self) -> list[Any]:
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """CPU time of all processes since their start."""
        return sum(one.cpu_times().user + one.cpu_times().system for one in self._all())

    def megabytes(self) -> list[float]:
        """Resident memory of each process, the server's own first."""
        return [one.memory_info().rss / 1e6 for one in self._all()]


@contextlib.contextmanager
def serving(name: str) -> Iterator[Family]:
    """`environments`, `coroutine` or `fastapi` under uvicorn, `flask` under gunicorn with threads."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    module = "tests.bench.kit.sync_apps"
    if name == "flask":
        command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", str(WORKERS), "--threads", "32"]
        command += ["-b", f"127.0.0.1:{port}", "--log-level", "error", f"{module}:flask_app()"]
    else:
        command = [sys.executable, "-m", module, name, str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port, process)
        yield Family(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not serve")


def main() -> None:
    """Serve one of them with uvicorn, on a port."""
    import logging

    import uvicorn

    logging.disable(logging.CRITICAL)
    app = fastapi_sync() if sys.argv[1] == "fastapi" else environments(sys.argv[1])
    uvicorn.run(app, port=int(sys.argv[2]), log_config=None, access_log=False, timeout_keep_alive=75)


if __name__ == "__main__":
    main()
