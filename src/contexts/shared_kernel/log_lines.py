"""A log event as one line of JSON, in one pass.

Every request writes a line, so this is what structlog's own chain would give (correlation id, level, time in UTC,
blanked secrets, exception, text for bytes, then `json.dumps`) at a quarter of its cost. A test compares the two.
"""

import json
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any

from structlog.processors import format_exc_info
from structlog.typing import EventDict, WrappedLogger

from src.contexts.shared_kernel.correlation import correlation_id

# Whatever ends up under one of these keys is not written: a log is read by more people than a secret may be.
_SECRET_WORDS = ("authorization", "cookie", "password", "secret", "token", "signature", "api_key")
_HARMLESS = frozenset({"token_use"})
_BLANK = '"[redacted]"'
_LEVELS = {"warn": "warning", "exception": "error"}
_MOST_KEYS = 1024


def holds_a_secret(key: str) -> bool:
    """Whether a key by its name stands before a secret."""
    return key not in _HARMLESS and any(word in key.lower() for word in _SECRET_WORDS)


def log_line(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """The last, and only, processor of the chain."""
    event.setdefault("correlation_id", correlation_id())
    event["level"] = _LEVELS.get(method, method)
    event["timestamp"] = datetime.now(UTC).replace(tzinfo=None).isoformat() + "Z"
    if "exc_info" in event:
        format_exc_info(logger, method, event)
    return f"{{{', '.join([_pair(key, value) for key, value in event.items()])}}}"


def _pair(key: str, value: object) -> str:
    start, secret = _KEYS.get(key) or _learned(key)
    if secret:
        return start + _BLANK
    if isinstance(value, str):
        return start + encode_basestring(value)
    if value is None:
        return start + "null"
    if isinstance(value, bytes):
        return start + encode_basestring(value.decode("utf-8", "replace"))
    return start + _ENCODE(value)


# Keys are few and come back on every line. Written by whichever thread logs a key first: the same value by each.
_KEYS: dict[str, tuple[str, bool]] = {}


def _learned(key: str) -> tuple[str, bool]:
    known = (f"{encode_basestring(key)}: ", holds_a_secret(key))
    if len(_KEYS) < _MOST_KEYS:
        _KEYS[key] = known
    return known


def _fallback(value: Any) -> Any:
    # structlog's own way with what JSON does not know.
    custom = getattr(value, "__structlog__", None)
    return custom() if custom is not None else repr(value)


_ENCODE = json.JSONEncoder(ensure_ascii=False, default=_fallback).encode
