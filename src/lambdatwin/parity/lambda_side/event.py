"""A request as the event of a REST API's proxy integration, written down from AWS's description of the format."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from ..wire import Sent
from .router import Route

STAGE = "prod"
_LAST_SECOND = 253_402_300_799  # of the year 9999
# Most of an identity belongs to callers who sign with AWS credentials; here nobody does.
_IDENTITY = [
    "accountId",
    "apiKey",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityPoolId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
]


def proxy_event(
    sent: Sent, route: Route, parameters: Mapping[str, str], claims: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any]:
    """The event for one request. The harness has no stage variables and no binary media types."""
    path, _, query = sent.target.partition("?")
    headers = _grouped((_title(name), value) for name, value in sent.headers)
    queries = _grouped(parse_qsl(query, keep_blank_values=True, errors="replace"))
    event: dict[str, Any] = {
        "resource": route.resource,
        "path": path,
        "httpMethod": sent.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(queries) or None,
        "multiValueQueryStringParameters": queries or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": None,
        "requestContext": _context(sent, route, path, _last(headers), now),
        "body": sent.body.decode("utf-8", errors="replace") if sent.body else None,
        "isBase64Encoded": False,
    }
    if claims is not None:
        event["requestContext"]["authorizer"] = {"claims": {name: _claim(name, claims[name]) for name in claims}}
    return event


def _context(sent: Sent, route: Route, path: str, headers: Mapping[str, str], now: datetime) -> dict[str, Any]:
    identity: dict[str, Any] = dict.fromkeys(_IDENTITY)
    identity |= {"sourceIp": "127.0.0.1", "userAgent": headers.get("User-Agent")}
    return {
        "accountId": "123456789012",
        "apiId": "local",
        "domainName": headers.get("Host", "localhost").split(":")[0],
        "extendedRequestId": sent.id,
        "httpMethod": sent.method,
        "identity": identity,
        "path": f"/{STAGE}{path}",
        "protocol": "HTTP/1.1",
        "requestId": sent.id,
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now.timestamp() * 1000),
        "resourceId": "local",
        "resourcePath": route.resource,
        "stage": STAGE,
    }


def _title(name: str) -> str:
    return "-".join(word[:1].upper() + word[1:].lower() for word in name.split("-"))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        groups[name].append(value)
    return dict(groups)


def _last(groups: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: values[-1] for name, values in groups.items()}


def _claim(name: str, value: Any) -> str:
    if name in ("exp", "iat") and type(value) is int and 0 <= value <= _LAST_SECOND:
        return datetime.fromtimestamp(value, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
