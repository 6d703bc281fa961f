"""structlog's processors for an event on its way to a line: correlation id, redacted secrets, JSON."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from src.contexts.shared_kernel.correlation import correlation_id

# The value of a key with one of these words is not written: a log is read by more people than a secret may be.
_SECRET_WORDS = ("authorization", "cookie", "password", "secret", "token", "signature", "api_key")
_HARMLESS = frozenset({"token_use"})
# The words of log services for levels, where Python has others.
_LEVELS = {"warning": "warn", "critical": "error"}

# What a client has written into a path is for the developer's own screen.
_FOR_DEVELOPERS = ("unrouted_path", "nearest")

# What a reader is told of an event: its name and fields.
type Sentence = Callable[[str, Mapping[str, Any]], str]


def processors(renderer: list[Processor]) -> list[Processor]:
    """The chain of every event; `renderer` makes the line of it."""
    return [
        add_correlation_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact_secrets,
        structlog.processors.UnicodeDecoder(),
        *renderer,
    ]


def json_renderer(sentence: Sentence | None = None) -> list[Processor]:
    """One line of JSON. A traceback has no local variables, because those hold tokens."""

    def for_log_services(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        for key in _FOR_DEVELOPERS:
            event.pop(key, None)
        name = str(event.get("event", ""))
        event.setdefault("message", name if sentence is None else sentence(name, event))
        event["level"] = _LEVELS.get(event["level"], event["level"])
        return event

    return [
        for_log_services,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(serializer=_json),
    ]


def console_renderer(sentence: Sentence | None, *, colors: bool) -> Processor:
    """Readable lines; of an event of which there is a sentence, that alone."""
    # Plain tracebacks: the pretty ones print local variables, and those hold tokens.
    render = structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)

    def line(logger: WrappedLogger, method: str, event: EventDict) -> str:
        name = str(event.get("event", ""))
        told = name if sentence is None else sentence(name, event)
        return told if told != name else render(logger, method, event)

    return line


def add_correlation_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The current request's, unless the event has one."""
    event.setdefault("correlation_id", correlation_id())
    return event


def redact_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the values of keys that by their name hold a secret."""
    for key in _secret_keys(tuple(event)):
        event[key] = "[redacted]"
    return event


@lru_cache(maxsize=1024)
def _secret_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Few sets of keys come back on every line."""
    return tuple(key for key in keys if key not in _HARMLESS and any(word in key.lower() for word in _SECRET_WORDS))


def _json(event: EventDict, default: Any) -> str:
    try:
        return orjson.dumps(event, default).decode()
    except TypeError:
        # Lone surrogates, keys that are no text, integers of more than 64 bits: orjson is strict, a log must not be.
        return json.dumps(event, default=default)
