"""One sync handler, served in the ways that its owner has, with all processes of each."""

import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import psutil  # type: ignore[import-untyped]

from tests.bench.kit.servers import ROOT

PATH, BODY = "/shops/7/things?dry=yes", b'{"name": "a thing", "numbers": [1, 2, 3, 4, 5]}'
ROUTE = "/shops/{shop}/things"
# As such handlers are written: decorated, with a client that is kept in the module, and a body that is checked.
HANDLER = """
import functools, json, time

cache = {}

def guarded(handler):
    @functools.wraps(handler)
    def wrapper(event, context):
        try:
            result = handler(event, context)
        except (KeyError, TypeError, ValueError) as error:
            result = {"statusCode": 400, "body": json.dumps({"message": str(error)})}
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        return {**result, "headers": {**headers, **(result.get("headers") or {})}}
    return wrapper

@guarded
def handler(event, context):
    shop, query = event["pathParameters"]["shop"], event["queryStringParameters"] or {}
    agent = {name.lower(): value for name, value in event["headers"].items()}.get("user-agent")
    given = json.loads(event["body"])
    if not isinstance(given["name"], str) or len(given["numbers"]) > 100:
        raise ValueError("no such thing")
    thing = {"shop": shop, "name": given["name"], "sum": sum(given["numbers"]), "words": [given["name"]] * 20}
    cache[shop] = thing["name"]
    return {"statusCode": 200, "body": json.dumps({**thing, "dry": query.get("dry"), "agent": agent})}
"""


def gateway(kind: str, workers: int) -> Any:
    """The handler behind the gateway: in that many environments, or as a coroutine in the loop."""
    from fastapi import FastAPI

    from src.lambdatwin import ports
    from src.lambdatwin.app import install
    from src.lambdatwin.project import Project
    from src.lambdatwin.settings import Settings

    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    (folder / "app.py").write_text(HANDLER, encoding="utf-8")
    router = ports.router("Things")
    handler = _handler()

    async def coroutine(event: Any, context: Any) -> Any:
        return handler(event, context)

    bound: dict[str, Any] = {"module": "things", "function": "coroutine", "handler": coroutine}
    if kind == "environments":
        bound = {"function": ports.Function("Things", str(folder), "app.py", "handler")}

    @router.post(ROUTE)
    @ports.endpoint(auth=None, **bound)
    async def things(shop: str) -> None: ...

    app = FastAPI()
    settings = Settings(environment="test", cognito_issuer="http://127.0.0.1:1/p", cognito_client_id="c")
    settings = settings.model_copy(update={"lambda_environments": workers, "lambda_queue": 1000})
    install(app, [router], project=Project(), settings=settings)
    return app


def event_of(method: str, path: str, shop: str, headers: list[tuple[str, str]], query: Any, body: bytes) -> Any:
    """What a view has to make of its request to call the handler: the members that all events have."""
    several: dict[str, list[str]] = {}
    for name, value in headers:
        several.setdefault(name, []).append(value)
    return {
        "resource": ROUTE,
        "path": path,
        "httpMethod": method,
        "headers": {name: values[-1] for name, values in several.items()},
        "multiValueHeaders": several,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {"shop": shop},
        "stageVariables": None,
        "requestContext": {"httpMethod": method, "path": path, "requestId": str(uuid.uuid4()), "stage": "$default"},
        "body": body.decode() if body else None,
        "isBase64Encoded": False,
    }


def _handler() -> Any:
    names: dict[str, Any] = {}
    exec(HANDLER, names)
    return names["handler"]


def fastapi_sync() -> Any:
    """A FastAPI endpoint that is no coroutine, and calls the handler: FastAPI runs it in a thread."""
    from fastapi import Depends, FastAPI, Request, Response

    handler, app = _handler(), FastAPI()

    async def read(request: Request) -> bytes:
        return await request.body()

    @app.post(ROUTE)
    def things(shop: str, request: Request, body: Annotated[bytes, Depends(read)]) -> Response:
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        event = event_of("POST", request.url.path, shop, request.headers.items(), query, body)
        result = handler(event, None)
        return Response(result["body"], result["statusCode"], result["headers"])

    return app


def flask_app() -> Any:
    """A Flask view that calls the handler."""
    from flask import Flask, Response, request

    handler, app = _handler(), Flask(__name__)

    @app.post("/shops/<shop>/things")
    def things(shop: str) -> Response:
        query = request.args.to_dict(flat=False)
        event = event_of("POST", request.path, shop, list(request.headers.items()), query, request.get_data())
        result = handler(event, None)
        return Response(result["body"], result["statusCode"], result["headers"])

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
        return sum(self.cpu_by_process())

    def cpu_by_process(self) -> list[float]:
        """CPU seconds of each process since its start, the server's own first."""
        return [times.user + times.system for times in (one.cpu_times() for one in self._all())]

    def megabytes(self) -> list[float]:
        """Resident memory of each process, the server's own first."""
        return [one.memory_info().rss / 1e6 for one in self._all()]


@contextlib.contextmanager
def serving(name: str, workers: int = 1) -> Iterator[Family]:
    """`environments`, `coroutine` or `fastapi` under uvicorn, `flask` under gunicorn with threads; `workers` are those
    of gunicorn, or the environments."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    module = "tests.bench.kit.sync_apps"
    if name == "flask":
        command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", str(workers), "--threads", "32"]
        command += ["-b", f"127.0.0.1:{port}", "--log-level", "error", f"{module}:flask_app()"]
    else:
        command = [sys.executable, "-m", module, name, str(port), str(workers)]
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
    kind, port, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    app = fastapi_sync() if kind == "fastapi" else gateway(kind, workers)
    uvicorn.run(app, port=port, log_config=None, access_log=False, timeout_keep_alive=75)


if __name__ == "__main__":
    main()
