"""Requests of a running server as lines of a requests file, without secrets.

A pure function for whoever sees the requests: it knows no framework and opens no file. Tokens and cookies never reach
the line; the name of the user stands for them.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote_from_bytes

# Credentials are replaced by `user`; the rest belongs to the connection, or is added again on replay.
_LEFT_OUT = frozenset(
    [
        "authorization",
        "connection",
        "content-length",
        "cookie",
        "host",
        "proxy-authorization",
        "te",
        "transfer-encoding",
        "upgrade",
        "x-api-key",
        "x-amz-security-token",
        "x-parity-request-id",
    ]
)
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F))).replace("#", "")


def recorded_line(
    *,
    request_id: str,
    method: str,
    raw_path: bytes,
    query: bytes,
    headers: Sequence[tuple[bytes, bytes]],
    body: bytes,
    user_id: str | None,
    people: Mapping[str, str],
) -> str:
    """One line without its end. `headers` are ASGI's; `user_id` is the `sub` of a token, None without one;
    `people` has the ids behind names."""
    target = quote_from_bytes(raw_path, safe=_PRINTABLE)
    if query:
        target += "?" + quote_from_bytes(query, safe=_PRINTABLE)
    fields: dict[str, object] = {"id": request_id, "method": method, "path": target}
    if user_id is not None:
        fields["user"] = next((name for name, known in people.items() if known == user_id), user_id)
    kept = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    if shown := [pair for pair in kept if pair[0] not in _LEFT_OUT]:
        fields["headers"] = shown
    return json.dumps(fields | _body(body), ensure_ascii=False)


def _body(body: bytes) -> dict[str, object]:
    if not body:
        return {}
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode("ascii")}
