"""Imports handlers and calls them as Lambda's Python runtime does. It stands in the process that runs the handlers."""

import importlib
import importlib.util
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from types import ModuleType, TracebackType
from typing import Any

from ..context import LambdaContext, log_stream_name
from ..marshalling import marshal
from .functions import Function

type Entry = Callable[[Any, Any], Any]

# As the runtime client formats what handlers log, with the filter that gives records their `aws_request_id`.
_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
_DATE_FORMAT = "%Y-%m-%dT%H:%M:%S"


class NotImported(Exception):
    """The handler cannot be imported; the cause says why."""


class RequestIds(logging.Filter):
    """Gives log records the id of the request that is being answered."""

    current = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.current
        return True


class Runtime:
    """The functions of one environment, imported when they are first called."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self._functions = functions
        self._entries: dict[int, Entry] = {}
        self._entered: int | None = None
        self.request_ids = RequestIds()
        self.roots = list(dict.fromkeys(root for function in functions for root in function.roots))

    def configure_logging(self) -> None:
        """The root logger's handler, as Lambda has it before a handler is imported."""
        handler = logging.StreamHandler(sys.stdout)
        formatter = logging.Formatter(_FORMAT, _DATE_FORMAT)
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
        handler.addFilter(self.request_ids)
        logging.getLogger().addHandler(handler)

    def warm(self, number: int) -> None:
        """Import a function before an event arrives for it; an error will be told when one does."""
        try:
            self._entry(number)
        except NotImported:
            return

    def invoke(
        self,
        number: int,
        request_id: str,
        seconds: float,
        event: object,
        has_imported: Callable[[], None] = lambda: None,
    ) -> str:
        """The payload that the function's runtime posts; `seconds` are left for it once it is imported, which
        `has_imported` tells if it was not before.

        Raises what the handler raises, `NotImported` and `MalformedResult`.
        """
        self.request_ids.current = request_id
        os.environ["_X_AMZN_TRACE_ID"] = trace_of(event, request_id)
        is_new = number not in self._entries
        entry = self._entry(number)
        if is_new:
            has_imported()
        ends = time.monotonic() + seconds
        function = self._functions[number]
        context = LambdaContext(request_id, function.name, lambda: ends - time.monotonic(), function.memory)
        result = entry(event, context)
        if hasattr(result, "cr_await"):
            result.close()  # never awaited: it is no JSON, as `marshal` will say
        return marshal(result)

    def leave(self) -> None:
        """Something else may change the working directory and the variables before the next event."""
        self._entered = None

    def _entry(self, number: int) -> Entry:
        function = self._functions[number]
        if number != self._entered:
            # What a process of one function would have from its start: functions that share one differ in these.
            os.chdir(function.roots[0])
            os.environ.update(own_variables(function))
            self._entered = number
        if number not in self._entries:
            self._entries[number] = _imported(function)
        return self._entries[number]


def trace_of(event: object, request_id: str) -> str:
    """What Lambda tells a function of X-Ray: the trace that its event names, else one of its own; it is not recorded.
    Form: AWS X-Ray, "Tracing header"."""
    headers = (event.get("headers") if isinstance(event, dict) else None) or {}
    sent = next((value for name, value in headers.items() if name.lower() == "x-amzn-trace-id"), "")
    digest = sha256(request_id.encode("utf-8", "surrogatepass")).hexdigest()
    trace = sent or f"Root=1-{int(time.time()):08x}-{digest[:24]}"
    for field, value in (("Parent", digest[:16]), ("Sampled", "0")):
        trace += "" if f"{field}=" in trace else f";{field}={value}"
    return trace


def own_variables(function: Function) -> dict[str, str]:
    """Variables by which Lambda tells a function what it is. Source: AWS, "Defined runtime environment variables"."""
    module = function.file.removesuffix(".py").replace("/", ".")
    return {
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream_name(function.name),
        "LAMBDA_TASK_ROOT": function.roots[0],
        "_HANDLER": f"{module}.{function.entry}",
    }


def _imported(function: Function) -> Entry:
    try:
        module = _module(function)
        entry = module
        for name in function.entry.split("."):
            entry = getattr(entry, name)
        return entry  # type: ignore[return-value]  # whatever it is: calling it tells
    except BaseException as error:
        raise NotImported(f"{function.name} cannot be imported") from error


def _module(function: Function) -> ModuleType:
    """The module by its name, as Lambda imports it; by its file where that is no name, or the name of another one."""
    name = function.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    file = next((path for root in function.roots if os.path.isfile(path := os.path.join(root, function.file))), None)
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if file is None or error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
    else:
        found = getattr(module, "__file__", None)
        if file is None or found is None or os.path.realpath(found) == os.path.realpath(file):
            return module
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no module")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def report_of(error: BaseException, roots: Sequence[str]) -> dict[str, str]:
    """What the log says of an exception: the reason, the traceback from the handler on, and the last place below
    `roots`; and the message that Lambda's runtime reports."""
    cause = error.__cause__ if isinstance(error, NotImported) and error.__cause__ is not None else error
    start = _outside(cause.__traceback__)
    lines = traceback.format_exception(type(cause), cause, start)
    # In front of it are the lines of a SyntaxError, behind it are notes.
    reason = next(line.strip() for line in traceback.format_exception_only(cause) if not line.startswith(" "))
    if isinstance(cause, SyntaxError) and cause.filename:
        place = f"{cause.filename}:{cause.lineno}"
    else:
        frames = traceback.extract_tb(start)
        own = [frame for frame in frames if frame.filename.startswith(tuple(f"{root}{os.sep}" for root in roots))]
        place = f"{own[-1].filename}:{own[-1].lineno}" if own else ""
    return {"reason": reason, "traceback": "".join(lines).rstrip(), "place": place, "error_message": _message(error)}


def _message(error: BaseException) -> str:
    if isinstance(error, Exception) and not isinstance(error, NotImported):
        with suppress(Exception):  # a handler's own `__str__`
            return str(error)
    return ""


def _outside(trace: TracebackType | None) -> TracebackType | None:
    """The traceback without the frames of this package and of the import system in front of it."""
    ours = (os.path.dirname(__file__), os.path.dirname(importlib.__file__))
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if os.path.dirname(file) not in ours and not file.startswith("<frozen importlib"):
            return trace
        trace = trace.tb_next
    return None
