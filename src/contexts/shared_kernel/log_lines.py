"""structlog's processors for an event on its way to a line: correlation id, redacted secrets, JSON."""

import json
from functools import lru_cache
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from src.contexts.shared_kernel.correlation import correlation_id

# The value of a key with one of these words is not written: a log is read by more people than a secret may be.
_SECRET_WORDS = ("authorization", "cookie", "password", "secret", "token", "signature", "api_key")
_HARMLESS = frozenset({"token_use"})


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


def json_renderer() -> list[Processor]:
    """One line of JSON. A traceback has no local variables, because those hold tokens."""
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]


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
