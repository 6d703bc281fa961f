"""What a REST API makes of an invocation's payload. A payload that breaks a rule is the gateway's 502.

Facts: live recordings, AWS's "Output format of a Lambda function for proxy integration", AWS's own emulator.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from ..wire import Answer

JSON = ("content-type", "application/json")
LARGEST_PAYLOAD = 6_291_556

MALFORMED = Answer(502, (JSON,), b'{"message": "Internal server error"}')
UNROUTED = Answer(403, (JSON,), b'{"message":"Missing Authentication Token"}')
UNAUTHORIZED = Answer(401, (JSON,), b'{"message":"Unauthorized"}')
EXPIRED = Answer(401, (JSON,), b'{"message":"The incoming token has expired"}')

_KNOWN = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "base64Encoded", "cookies"}
_RENAMED = re.compile(
    "authorization|connection|content-length|content-md5|date|host|max-forwards|server|user-agent|www-authenticate"
)
_WITHHELD = re.compile("expect|keep-alive|proxy-authenticate|te|trailer|transfer-encoding|upgrade")


class _Malformed(ValueError):
    pass


class _Literal(str):
    """A number as its digits were sent."""


def gateway_answer(payload: bytes | None, *, binary: bool = False) -> Answer:
    """The client's view of a payload; None is an invocation that ended in an error. `binary`: the API's media types and
    the request's Accept header agree on a binary answer."""
    if payload is None or len(payload) > LARGEST_PAYLOAD:
        return MALFORMED
    try:
        result = json.loads(payload.decode("utf-8"), parse_float=_Literal, parse_int=_Literal, parse_constant=_no_json)
        return _answer(result, binary)
    except (ValueError, RecursionError):  # _Malformed, and all that decoding raises, are kinds of ValueError
        return MALFORMED


def _answer(result: Any, binary: bool) -> Answer:
    _require(isinstance(result, dict) and set(result) <= _KNOWN)
    status = _status(result.get("statusCode"))
    encoded = _boolean(
        result["base64Encoded"] if result.get("base64Encoded") is not None else result.get("isBase64Encoded")
    )
    lines = list(_lines(result.get("headers"), result.get("multiValueHeaders")))
    text = _text(result.get("body")) or ""
    if JSON[0] not in dict(lines):
        lines.append(JSON)
    body = text.encode("utf-8")
    if encoded and binary and status not in (204, 304):
        body = base64.b64decode(body, validate=True)
    return Answer(status, tuple(lines), b"" if status in (204, 304) else body)


def _status(value: Any) -> int:
    if value is None:
        return 200
    _require(isinstance(value, str) and (isinstance(value, _Literal) or re.fullmatch("[0-9]{3}", value) is not None))
    number = int(float(value)) if len(value) < 40 else 0
    _require(200 <= number < 600)
    return number


def _boolean(value: Any) -> bool:
    table = {None: False, True: True, False: False, "true": True, "True": True, "false": False, "False": False}
    _require(isinstance(value, bool | str | None) and not isinstance(value, _Literal) and value in table)
    return table[value]


def _lines(single: Any, multiple: Any) -> Iterator[tuple[str, str]]:
    sent = set()
    for name, values in _mapping(multiple).items():
        _require(isinstance(values, list | None))
        for value in map(_text, values or []):
            if value is not None:
                sent.add((name.lower(), value))
                yield from _line(name, value)
    for name, given in _mapping(single).items():
        value = _text(given)
        if value is not None and (name.lower(), value) not in sent:
            yield from _line(name, value)


def _line(name: str, value: str) -> Iterator[tuple[str, str]]:
    _require(re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) is not None)
    _require(all(c == "\t" or " " <= c <= "~" or "\xa0" <= c <= "\xff" for c in value))
    lower = name.lower()
    if not _WITHHELD.fullmatch(lower):
        yield (f"x-amzn-remapped-{lower}" if _RENAMED.fullmatch(lower) else lower), value.strip(" \t")


def _mapping(value: Any) -> dict[str, Any]:
    _require(isinstance(value, dict | None))
    return value or {}


def _text(value: Any) -> str | None:
    _require(not isinstance(value, list | dict))
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _no_json(constant: str) -> Any:
    raise _Malformed(constant)


def _require(condition: bool) -> None:
    if not condition:
        raise _Malformed
