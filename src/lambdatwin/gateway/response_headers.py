"""The header lines of an answer: merged, checked, renamed where the gateway keeps a name for itself.

Nothing a handler returns may end a header line early. Names are tokens of RFC 9110; values are Latin-1 without control
characters (tab excepted). AWS documents neither rule, so this is decided: anything else cannot be sent.
"""

import re
from collections.abc import Iterable, Mapping

from .http import HeaderLine
from .proxy_result import UnmappableResult

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")

REST_CONTENT_TYPE = "application/json"
HTTP_CONTENT_TYPE = "text/plain; charset=utf-8"

# On REST a handler's own are renamed to `x-amzn-Remapped-<name>`: recorded for other integrations, measured for Lambda.
_REMAPPED = frozenset(
    (
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "trailer",
        "user-agent",
        "www-authenticate",
    )
)
# `keep-alive` and, on REST, `upgrade` are decided: they speak of a connection that the handler does not hold.
_DROPPED = frozenset(("keep-alive", "transfer-encoding", "upgrade"))
# An HTTP API renames nothing; its own date and length stand (measured).
_HTTP_API_DROPPED = _DROPPED | {"connection", "content-length", "date"}


def merged(single: Mapping[str, str], multiple: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """`multiValueHeaders` first, then each header whose pair is not among them already: documented in "Output format of
    a Lambda function for proxy integration". Names are compared without their case, as HTTP does (decided)."""
    pairs = [(name, value) for name, values in multiple.items() for value in values]
    seen = {(name.lower(), value) for name, value in pairs}
    return pairs + [line for line in single.items() if not seen or (line[0].lower(), line[1]) not in seen]


def rest_lines(pairs: Iterable[tuple[str, str]]) -> tuple[HeaderLine, ...]:
    """Lower-case lines in the order given; a Content-Type is added where there is none. Raises
    UnmappableResult."""
    lines = _checked(pairs, REST_CONTENT_TYPE)
    renamed = ((f"x-amzn-remapped-{name}" if name in _REMAPPED else name, value) for name, value in lines)
    return tuple(_encoded(name, value) for name, value in renamed if name not in _DROPPED)


def http_lines(pairs: Iterable[tuple[str, str]], content_type: str = HTTP_CONTENT_TYPE) -> tuple[HeaderLine, ...]:
    """The same for an HTTP API."""
    lines = _checked(pairs, content_type)
    return tuple(_encoded(name, value) for name, value in lines if name not in _HTTP_API_DROPPED)


def _checked(pairs: Iterable[tuple[str, str]], content_type: str) -> list[tuple[str, str]]:
    lines = []
    for name, value in pairs:
        if not _NAME.fullmatch(name):
            raise UnmappableResult(f"{name!r} is no header name")
        if not _VALUE.fullmatch(value):
            raise UnmappableResult(f"the value of header {name} has characters that no header may carry")
        lines.append((name.lower(), value.strip(" \t")))
    if not any(name == "content-type" for name, _ in lines):
        lines.append(("content-type", content_type))
    return lines


def _encoded(name: str, value: str) -> HeaderLine:
    return name.encode("ascii"), value.encode("latin-1")
