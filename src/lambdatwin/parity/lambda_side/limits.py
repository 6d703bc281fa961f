"""Sizes over which a gateway refuses a request."""

import json
from collections.abc import Mapping
from typing import Any

from ..api import Api
from ..wire import Answer, Sent
from .own_answers import BODY_TOO_LARGE, EVENT_TOO_LARGE, HTTP_TOO_LARGE

LARGEST_BODY = 10_485_760
LARGEST_EVENT = 6_291_456
LARGEST_HEADERS = 10_240
# An event has ids and addresses of AWS's own, whose lengths are not ours: so near the limit both answers are possible.
EVENT_MARGIN = 2_048


def refused_body(api: Api, sent: Sent) -> Answer | None:
    """The answer to a body that no integration ever gets."""
    if len(sent.body) <= LARGEST_BODY:
        return None
    return BODY_TOO_LARGE if api.is_rest else HTTP_TOO_LARGE


def refused_event(api: Api, size: int) -> Answer | None:
    """The answer to an event that Lambda does not take; `size` is in bytes."""
    if size <= LARGEST_EVENT:
        return None
    return EVENT_TOO_LARGE if api.is_rest else HTTP_TOO_LARGE


def serialised(event: Mapping[str, Any]) -> bytes:
    """The event as it is invoked."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def header_bytes(sent: Sent) -> int:
    """Names and values of all headers together."""
    return sum(len(name) + len(value) for name, value in sent.headers)
