"""The library's log: named events with fields, through the standard `logging` under `lambdatwin.*`."""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from opentelemetry import trace

from .log_stream import LogStream

ROOT = "lambdatwin"
# For error reporting that listens to `logging`; its lines stand in the log already.
CAPTURED = f"{ROOT}.captured"
REQUEST = "request_completed"
# Railway's words for levels, where Python has others.
LEVELS = {"warning": "warn", "critical": "error"}

type Sentence = Callable[[str, Mapping[str, Any]], str]


class EventLog:
    """Writes events to `lambdatwin.<name>`; the record carries the fields as `record.fields`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(f"{ROOT}.{name}")

    def info(self, event: str, **fields: Any) -> None:
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Log an event that needs attention, though requests are served."""
        self._write(logging.WARNING, event, fields)

    def error(self, event: str, *, exc_info: BaseException | None = None, **fields: Any) -> None:
        """Log why a request failed; `exc_info` adds the traceback."""
        self._write(logging.ERROR, event, fields, exc_info)

    def _write(self, level: int, event: str, fields: dict[str, Any], exc_info: BaseException | None = None) -> None:
        if self._logger.isEnabledFor(level):
            self._logger.log(level, event, exc_info=exc_info, extra={"fields": fields})


def capture(error: BaseException) -> None:
    """Tell tracing and error reporting of an exception that became an answer, and that is logged elsewhere."""
    trace.get_current_span().record_exception(error)
    logging.getLogger(CAPTURED).error(type(error).__name__, exc_info=error)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """The fields of a record that an `EventLog` wrote; empty for any other."""
    fields: dict[str, Any] = getattr(record, "fields", {})
    return fields


def sentences(people: Mapping[str, str]) -> Sentence:
    """What a reader is told of an event; `people` are names by user id. Any event but a request's is its own name.

    A request is `GET /products 200 19 ms administrator`; a request without a route has its path, where the fields have.
    """

    def sentence(event: str, fields: Mapping[str, Any]) -> str:
        if event != REQUEST:
            return event
        user, milliseconds = fields.get("user_id"), fields.get("duration_ms")
        # A preflight has an answer without a route of its own.
        is_lost = "nearest" in fields and fields.get("status", 0) >= 400
        words = (
            fields.get("method"),
            fields.get("unrouted_path", fields.get("route")),
            fields.get("status"),
            None if milliseconds is None else f"{milliseconds:.0f} ms",
            people.get(str(user), user),
            f"- no such route, the nearest is {fields['nearest']}" if is_lost else None,
        )
        return " ".join(str(word) for word in words if word is not None)

    return sentence


def configure_default(sentence: Sentence, *, json_lines: bool) -> None:
    """Send the library's lines to stdout, unless the process has set up `logging` itself."""
    logger = logging.getLogger(ROOT)
    if logger.hasHandlers():
        return
    handler = logging.StreamHandler(LogStream(sys.stdout, json_lines=json_lines))
    handler.setFormatter(_JsonFormatter(sentence) if json_lines else _TextFormatter(sentence))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


class _JsonFormatter(logging.Formatter):
    def __init__(self, sentence: Sentence) -> None:
        super().__init__()
        self._sentence = sentence

    def format(self, record: logging.LogRecord) -> str:
        event, fields, level = record.getMessage(), fields_of(record), record.levelname.lower()
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": LEVELS.get(level, level),
            "logger": record.name,
            "message": self._sentence(event, fields),
            "event": event,
            **fields,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class _TextFormatter(logging.Formatter):
    def __init__(self, sentence: Sentence) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s %(message)s")
        self._sentence = sentence

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        if record.message == REQUEST:
            return self._sentence(record.message, fields_of(record))
        words = "".join(f" {name}={value}" for name, value in fields_of(record).items())
        return super().formatMessage(record) + words
