"""A handler invoked by AWS's own runtime client, in this process: `awslambdaric` reads the event, calls the handler,
marshals what it returns. Only the HTTP to the Lambda service is left out.

Run by its path, it is the process of one function (see `declared.functions`); so it imports nothing of the library.
"""

import asyncio
import hashlib
import importlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

_EXECUTION_ENVIRONMENT = "AWS_Lambda_python3.12"
# What an error begins with after which Lambda takes another process.
CRASHED = "Runtime.ExitError"
# In the places of code that is not the function's own.
_NOT_OWN = ('"<frozen ', "/site-packages/", "/lib/python3")
# What Lambda tells its runtime, which tells the handler by the context object.
_FUNCTION = {
    "AWS_LAMBDA_FUNCTION_NAME": "local",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/local",
    "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]00000000000000000000000000000000",
}


@dataclass(slots=True)
class _Posted:
    """The Lambda service's end: keeps what the runtime client posts. `error` is a report instead of a result."""

    marshaller: Any
    payload: bytes | None = None
    error: str | None = None

    def post_invocation_result(self, invoke_id: str, result: Any, content_type: str, invocation_id: Any = None) -> None:
        self.payload = result if isinstance(result, bytes) else result.encode("utf-8")

    def post_invocation_error(self, invoke_id: str, error: str, xray_fault: str, invocation_id: Any = None) -> None:
        self.error = error


@dataclass(slots=True)
class _LogSink:
    lines: list[str] = field(default_factory=list)

    def log_error(self, message_lines: list[str]) -> None:
        self.lines.extend(message_lines)


@dataclass(frozen=True, slots=True)
class Invocation:
    """`payload` is None where the invocation ended in an error; then `error` says which."""

    payload: bytes | None
    error: str | None

    @property
    def failure(self) -> str:
        """The error in one line, with the place where it was raised."""
        try:
            told = json.loads(self.error or "{}")
        except ValueError:  # of a runtime that crashed
            return self.error or ""
        if not told:
            return ""
        places = [place.strip().partition("\n")[0] for place in told["stackTrace"]]
        own = [place for place in places if not any(part in place for part in _NOT_OWN)]
        return ", ".join([f"{told['errorType']}: {told['errorMessage']}", *(own or places)[-1:]])


def named(function: str) -> dict[str, str]:
    """The variables that tell a function its name."""
    return {"AWS_LAMBDA_FUNCTION_NAME": function, "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function}"}


@contextmanager
def function_environment(given: Mapping[str, str]) -> Iterator[None]:
    """The variables of a function, and those that Lambda adds, for as long as the block runs."""
    variables = _FUNCTION | dict(given)
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def event_loop_of(function: str, policies: dict[str, asyncio.AbstractEventLoopPolicy]) -> Iterator[None]:
    """The current event loop of a function, kept in `policies` from one invocation to the next.

    In Lambda each function has a process: `asyncio.run` in one leaves another's `asyncio.get_event_loop()` as it was.
    """
    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(policies.get(function) or asyncio.DefaultEventLoopPolicy())
    try:
        yield
    finally:
        policies[function] = asyncio.get_event_loop_policy()  # the function may have set another one
        asyncio.set_event_loop_policy(before)


def handler_of(module: str, entry: str) -> Callable[[Any, Any], Any]:
    """The module's entry. Raises ImportError or AttributeError, as Lambda would at its start."""
    found: Callable[[Any, Any], Any] = getattr(importlib.import_module(module), entry)
    return found


def _arn() -> str:
    """The function's, in the region that its variables say."""
    region, name = os.environ.get("AWS_REGION", "us-east-1"), os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local")
    return f"arn:aws:lambda:{region}:123456789012:function:{name}"


def invoke(handler: Callable[[Any, Any], Any], event: Mapping[str, Any], request_id: str, timeout: float) -> Invocation:
    """One invocation. The event crosses as JSON, so that a handler sees what Lambda would give it, and nothing more.
    `timeout` is in seconds. To be called inside `function_environment`."""
    bootstrap, marshaller = _runtime_client()
    posted = _Posted(marshaller)
    deadline, process = int((time.time() + timeout) * 1000), os.getpid()
    run = partial(
        bootstrap.handle_event_request,
        posted,
        handler,
        request_id,
        json.dumps(event).encode(),
        "application/json",
        None,  # client context
        None,  # Cognito identity of the caller
        _arn(),
        deadline,
        None,  # tenant
        _LogSink(),
    )
    try:
        run()
    except KeyboardInterrupt:  # of this command
        raise
    except BaseException as error:
        if os.getpid() != process:
            raise  # in a process that the handler forked
        # The runtime crashes: text that has no UTF-8 form can't be posted, and `sys.exit()` or a cancelled task, which
        # are no `Exception`, are not caught there.
        return Invocation(None, f"{CRASHED}: {error!r}")
    return Invocation(posted.payload if posted.error is None else None, posted.error)


def _runtime_client() -> tuple[Any, Any]:
    """The module reads its environment when it is imported, so it is imported here and not above."""
    os.environ["AWS_EXECUTION_ENV"] = _EXECUTION_ENVIRONMENT
    if "awslambdaric.bootstrap" not in sys.modules:
        importlib.import_module("awslambdaric.bootstrap")
    marshalling = importlib.import_module("awslambdaric.lambda_runtime_marshaller")
    return sys.modules["awslambdaric.bootstrap"], marshalling.LambdaMarshaller()


def serve(descriptor: int, handler: str, roots: list[str]) -> None:
    """Answers events until the connection is closed. `handler` is as Lambda is told, imported from the first of `roots`
    that has it. The first answer says whether it could be imported."""
    connection = Connection(descriptor)
    _runtime_client()  # in Lambda it is there before anything of the function's
    # Lambda's root logger has a handler, which code may look for.
    logging.getLogger().addHandler(logging.StreamHandler())
    sys.path[:0] = roots
    module, _, entry = handler.rpartition(".")
    try:
        found = handler_of(module.replace("/", "."), entry)
    except BaseException as error:  # whatever the import raises, and `sys.exit()` too
        _answer(connection, Invocation(None, f"Runtime.ImportModuleError: {error!r}"))
        return
    _answer(connection, Invocation(None, None))
    process = os.getpid()
    with suppress(EOFError):
        while True:
            event, request_id, seconds = json.loads(connection.recv_bytes())
            os.environ["_X_AMZN_TRACE_ID"] = _trace(event, request_id)
            answer = invoke(found, event, request_id, seconds)
            if os.getpid() != process:
                sys.exit()  # the handler forked: a second answer would be taken for that to the next event
            _answer(connection, answer)


def _trace(event: Mapping[str, Any], request_id: str) -> str:
    """As Lambda tells it: the header that the event has, if any, and this invocation under it, which is not sampled."""
    unique = hashlib.sha256(request_id.encode()).hexdigest()
    found = [value for name, value in (event.get("headers") or {}).items() if name.lower() == "x-amzn-trace-id"]
    header = found[0] if found else f"Root=1-{int(time.time()):08x}-{unique[:24]}"
    if "Parent=" not in header:
        header += f";Parent={unique[:16]}"
    return header if "Sampled=" in header else f"{header};Sampled=0"


def _answer(connection: Connection, invocation: Invocation) -> None:
    payload = None if invocation.payload is None else invocation.payload.decode("utf-8", "surrogateescape")
    connection.send_bytes(json.dumps({"payload": payload, "error": invocation.error}).encode())


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
