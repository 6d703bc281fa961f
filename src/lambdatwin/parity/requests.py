"""Requests to replay: one JSON object a line.

    {"method": "GET", "path": "/products?limit=5", "user": "admin"}
    {"method": "POST", "path": "/products", "user": "admin", "json": {"name": "Rice"}}

`headers` is an object or a list of pairs; the body is `body` (text), `json` (any value) or `body_base64`. `user` says
whose token is sent (see `tokens.py`), and is left out for none. `id` is optional: the line's number stands in for it.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KEYS = {"id", "method", "path", "user", "headers", "body", "json", "body_base64"}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LAST_OF_LATIN_1 = 0xFF
_ID = re.compile(r"[!-~]{1,128}")


class BadRequestsFile(Exception):
    """A file that can't be replayed; the message names the file, the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as it will stand on the wire. `target` is the path with its query, percent-encoded already."""

    id: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    user: str | None = None


def read_requests(path: Path) -> list[Request]:
    """All requests of a file, in order. Raises BadRequestsFile, also for a file without any request."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequestsFile(f"{path}: {getattr(error, 'strerror', None) or 'not a text file in UTF-8'}") from error
    requests = list(_requests(path, lines))
    if not requests:
        raise BadRequestsFile(f"{path}: no request in it")
    seen: set[str] = set()
    for request in requests:
        if request.id in seen:
            raise BadRequestsFile(f"{path}: two requests have the id {request.id}")
        seen.add(request.id)
    return requests


def _requests(path: Path, lines: Iterable[str]) -> Iterator[Request]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield request_of(json.loads(line), default_id=f"line-{number}")
        except ValueError as error:
            raise BadRequestsFile(f"{path}:{number}: {error}") from error


def request_of(fields: Any, default_id: str) -> Request:
    """The request that a line describes. Raises ValueError."""
    if not isinstance(fields, dict):
        raise ValueError("a request is a JSON object")
    if unknown := fields.keys() - _KEYS:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(_KEYS))}")
    headers, body = _headers(fields.get("headers") or ()), _body(fields)
    _check_framing(headers, body)
    if "json" in fields and not any(name.lower() == "content-type" for name, _ in headers):
        headers += (("Content-Type", "application/json"),)
    return Request(
        id=_matching(_ID, fields.get("id", default_id), "id"),
        method=_matching(_TOKEN, fields.get("method"), "method"),
        target=_target(fields.get("path")),
        headers=headers,
        body=body,
        user=_optional_text(fields.get("user"), "user"),
    )


def _target(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        raise ValueError("path must be text that starts with a slash")
    if not value.isascii() or not value.isprintable() or " " in value or "#" in value:
        raise ValueError("path must be percent-encoded: no space, no #, only ASCII")
    return value


def _headers(value: Any) -> tuple[tuple[str, str], ...]:
    pairs = list(value.items()) if isinstance(value, dict) else value
    if not isinstance(pairs, list | tuple):
        raise ValueError("headers must be an object or a list of pairs")
    return tuple(_header(pair) for pair in pairs)


def _header(pair: Any) -> tuple[str, str]:
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(item, str) for item in pair):
        raise ValueError("a header is a pair of texts")
    name, value = pair
    if not _TOKEN.fullmatch(name) or any(character in value for character in "\r\n\0"):
        raise ValueError(f"{name!r} can't be sent as a header")
    if any(ord(character) > _LAST_OF_LATIN_1 for character in value):
        raise ValueError(f"{name!r} can't be sent as a header: it has letters outside Latin-1; percent-encode them")
    return name, value


def _check_framing(headers: tuple[tuple[str, str], ...], body: bytes) -> None:
    """A server would wait for a body that is never sent, or take its rest for another request."""
    for name, value in headers:
        if name.lower() == "transfer-encoding":
            raise ValueError(f"{name!r} can't be sent as a header: the body is sent whole; leave it out")
        if name.lower() == "content-length" and value != str(len(body)):
            raise ValueError(f"{name!r} can't be sent as a header: the body has {len(body)} bytes; leave it out")


def _body(fields: dict[str, Any]) -> bytes:
    given = [key for key in ("body", "json", "body_base64") if key in fields]
    if len(given) > 1:
        raise ValueError(f"{' and '.join(given)} can't stand together")
    match given:
        case ["body"]:
            return str(_optional_text(fields["body"], "body")).encode()
        case ["json"]:
            return json.dumps(fields["json"], ensure_ascii=False).encode()
        case ["body_base64"]:
            return _from_base64(fields["body_base64"])
        case _:
            return b""


def _from_base64(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, binascii.Error) as error:
        raise ValueError("body_base64 is no Base64") from error


def _matching(pattern: re.Pattern[str], value: Any, key: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{key} is missing or has characters that can't be sent")
    return value


def _optional_text(value: Any, key: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key} must be text")
    return value
