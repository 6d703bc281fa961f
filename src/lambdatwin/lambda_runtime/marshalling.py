"""Serializes a handler's result as Lambda's Python runtime does: JSON in UTF-8, up to a size limit.

The encoder of `awslambdaric` (simplejson under AWS_EXECUTION_ENV=AWS_Lambda_python3.12) is reimplemented here, because
the runtime client is no dependency of a web server; tests compare the two value by value.
"""

import json
from decimal import Decimal
from json.encoder import encode_basestring

# Lambda's limit for a synchronous answer: "exceeded maximum allowed payload size (6291556 bytes)".
PAYLOAD_LIMIT = 6_291_556
# What a reason begins with after which Lambda takes another process.
CRASHED = "Runtime.ExitError"


class MalformedResult(Exception):
    """A result that reaches the client as the gateway's own failure. `reason` is for the log, never for a client."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def marshal(result: object) -> str:
    """The payload that the runtime client posts. Raises MalformedResult where the invocation ends in an error."""
    payload = _text(result)
    try:
        size = len(payload.encode("utf-8"))
    except UnicodeEncodeError as error:
        # Posting it crashes the runtime: to the gateway that is an error of the function like any other.
        raise MalformedResult(f"{CRASHED}: a lone surrogate has no UTF-8 form") from error
    if size > PAYLOAD_LIMIT:
        raise MalformedResult(f"Function.ResponseSizeTooLarge: {size} bytes, at most {PAYLOAD_LIMIT} are allowed")
    return payload


def _text(result: object) -> str:
    if isinstance(result, bytes):
        return _utf8(result)  # posted as it is, and read as JSON by the gateway
    try:
        return _json(result)
    except (TypeError, ValueError) as error:
        raise MalformedResult(f"Runtime.MarshalError: {error}") from error
    except RecursionError as error:
        raise MalformedResult("Runtime.MarshalError: the result contains itself, or is nested too deeply") from error


def _utf8(payload: bytes) -> str:
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedResult("the result is bytes that are not UTF-8") from error


def _json(value: object) -> str:
    """Order matters: an Enum of text is text, a bool is an int, a named tuple is an object before it is an array."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return encode_basestring(value.decode("utf-8"))
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return json.dumps(float(value))
    if isinstance(value, Decimal):
        return "NaN" if value.is_nan() else str(value)
    return _container(value)


def _container(value: object) -> str:
    as_dict = getattr(value, "_asdict", None)
    if callable(as_dict):
        value = as_dict()
    if isinstance(value, dict):
        return f"{{{', '.join([f'{encode_basestring(_key(key))}: {_json(item)}' for key, item in value.items()])}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_json, value))}]"
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _key(key: object) -> str:
    match key:
        case str():
            return key
        case bytes():
            return key.decode("utf-8")
        case None | bool() | int() | float():
            return _json(key)
        case _:
            raise TypeError(f"keys must be str, int, float, bool or None, not {type(key).__name__}")
