"""Events without the values that are AWS's own: two builders of events must agree on everything else."""

import re
from collections.abc import Mapping
from typing import Any

_OWN_FACTS = ("accountId", "apiId", "deploymentId", "domainPrefix", "extendedRequestId", "resourceId")
_TRACE = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}")
_EDGE = {
    "x-forwarded-port": re.compile(r"\d+"),
    "x-forwarded-proto": re.compile("https?"),
    "x-amzn-trace-id": _TRACE,
}


def without_own_values(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with a placeholder for every value of AWS's own that has the right form; others stay to be seen.

    What has no source goes: the empty keys of payload 2.0, and the Content-Length of an HTTP API's payload 1.0.
    """
    event = {**event, "requestContext": _context(event["requestContext"])}
    for key in ("headers", "multiValueHeaders"):
        if key in event:
            event[key] = {name: _header(name, value) for name, value in event[key].items()}
    match event.get("version"):
        case "1.0":
            for key in ("headers", "multiValueHeaders"):
                event[key] = {name: value for name, value in event[key].items() if name.lower() != "content-length"}
        case "2.0":
            event = _filled(event) | {"requestContext": _filled(event["requestContext"])}
    return event


def _context(context: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: f"<{name}>" for name in _OWN_FACTS if isinstance(context.get(name), str) and context[name]}
    return {**context, **own}


def _header(name: str, value: Any) -> Any:
    form = _EDGE.get(name.lower())
    if isinstance(value, list):
        return [_header(name, item) for item in value]
    return f"<{name.lower()}>" if form and form.fullmatch(value) else value


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, [], {})}
