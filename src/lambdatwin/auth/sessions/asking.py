"""The JSON body of /auth/refresh and /auth/logout."""

import re
from dataclasses import dataclass

from ..tokens.strict_json import parse_object

_REFRESH_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,8192}")
_DEPTH = 4
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,128}")


@dataclass(frozen=True, slots=True, repr=False)
class AskedFor:
    """`refresh_token` is None where none was sent, and empty where it cannot be one."""

    refresh_token: str | None
    username: str | None


def asked_for(body: bytes) -> AskedFor:
    """What a body asks for, nothing for an empty one; raises ValueError for anything but a strict JSON object."""
    fields = parse_object(body, depth=_DEPTH) if body.strip() else {}
    token, name = fields.get("refresh_token"), fields.get("username")
    if token is not None and not (isinstance(token, str) and _REFRESH_TOKEN.fullmatch(token)):
        token = ""
    return AskedFor(token, name if isinstance(name, str) and _NAME.fullmatch(name) else None)
