"""The parts of a request that events are made of, whatever their payload format."""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from ..api import Api, HeaderCase
from ..wire import Sent
from .media import is_binary, is_text

SOURCE_IP = "127.0.0.1"
ACCOUNT = "123456789012"
API_ID = "local"
TRACE = "x-amzn-trace-id"
# Headers that never reach a function behind a REST API.
WITHHELD = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
    }
)
# Names that the gateway spells itself; all others keep the client's spelling.
_SPELLED = {"authorization": "Authorization", "host": "Host", "user-agent": "User-Agent"} | {
    name.lower(): name for name in ("X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Amzn-Trace-Id")
}


def header_lines(api: Api, sent: Sent, now: datetime) -> list[tuple[str, str]]:
    """Lines with lower-case names: those of the client that pass, then the gateway's own."""
    withheld = WITHHELD if api.is_rest else WITHHELD - {"content-length"}
    own = {
        "x-forwarded-for": ", ".join([*sent.values("x-forwarded-for"), SOURCE_IP]),
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        TRACE: _trace(sent, now),
    }
    passing = ((name.lower(), value.strip(" \t")) for name, value in sent.headers)
    return [line for line in passing if line[0] not in withheld and line[0] not in own] + list(own.items())


def spelled(api: Api, name: str) -> str:
    """A lower-case header name as an event of payload 1.0 has it."""
    if name in _SPELLED:
        return _SPELLED[name]
    return name if api.header_case is HeaderCase.LOWER else "-".join(word.capitalize() for word in name.split("-"))


def _trace(sent: Sent, now: datetime) -> str:
    digest = hashlib.sha256(sent.id.encode()).hexdigest()
    return f"Root=1-{int(now.timestamp()):08x}-{digest[:24]}"


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """All values of each name, in order."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        groups[name].append(value)
    return dict(groups)


def last(groups: Mapping[str, list[str]]) -> dict[str, str]:
    """The last value of each name."""
    return {name: values[-1] for name, values in groups.items()}


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Decoded pairs; a semicolon separates as an ampersand does."""
    return parse_qsl(query.replace(";", "&"), keep_blank_values=True, errors="replace")


def body(api: Api, sent: Sent) -> tuple[str | None, bool]:
    """The body, and whether it is Base64: by its type on both kinds of API. None without a body."""
    if not sent.body:
        return None, False
    content_type = next(reversed(sent.values("content-type")), None)
    encoded = is_binary(content_type, api.binary_media_types) if api.is_rest else not is_text(content_type)
    if encoded:
        return base64.b64encode(sent.body).decode("ascii"), True
    return sent.body.decode("utf-8", errors="replace"), False


def domain(sent: Sent) -> str:
    """The host that was asked, without its port."""
    host = next(reversed(sent.values("host")), "localhost")
    return re.sub(r":\d*$", "", host)


def staged(api: Api, path: str) -> str:
    """The path behind the stage, which `$default` has not in it."""
    return path if api.stage_name == "$default" else f"/{api.stage_name}{path}"


def user_agent(sent: Sent) -> str | None:
    """What the client calls itself."""
    return next(reversed(sent.values("user-agent")), None)


def clock_time(now: datetime) -> str:
    """`10/Jul/2026:19:19:04 +0000`."""
    return now.strftime("%d/%b/%Y:%H:%M:%S +0000")


def milliseconds(now: datetime) -> int:
    """Since 1970."""
    return int(now.timestamp() * 1000)


def common_context(api: Api, sent: Sent) -> dict[str, Any]:
    """What the request context has in every format."""
    name = domain(sent)
    return {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "domainName": name,
        "domainPrefix": name.partition(".")[0],
        "requestId": sent.id,
        "stage": api.stage_name,
    }
