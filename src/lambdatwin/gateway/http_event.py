"""A request as an HTTP API (payload format 2.0) hands it to Lambda: lower-case names, repeated values joined by commas,
and keys that are left out where a REST event says `null`. Format: docs.aws.amazon.com, "Create AWS Lambda proxy
integrations for HTTP APIs"."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .http import HeaderLine, RawRequest
from .request_parts import (
    ACCOUNT_ID,
    API_ID,
    epoch_milliseconds,
    host_name,
    joined,
    media_type,
    path_text,
    query_pairs,
    request_time,
    scalar_text,
    source_address,
)

# An HTTP API hands these over as text and everything else (forms too) as Base64.
_TEXT = frozenset({"application/json", "application/javascript", "application/xml"})


def http_event(
    request: RawRequest,
    *,
    resource: str,
    path_parameters: Mapping[str, str] | None,
    request_id: str,
    now: datetime,
    claims: Mapping[str, object] | None,
    stage: str = "$default",
) -> dict[str, Any]:
    """The event of route `METHOD resource`; the arguments are those of `rest_event`."""
    path = path_text(request.raw_path)
    headers, cookies = _headers(request.headers)
    route_key = f"{request.method} {resource}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": path_text(request.query),
        "headers": headers,
        "requestContext": _context(request, path, headers, route_key, request_id, now, stage),
        "isBase64Encoded": False,
    }
    if claims is not None:
        texts = {name: _claim(value) for name, value in claims.items()}
        event["requestContext"]["authorizer"] = {"jwt": {"claims": texts, "scopes": None}}
    if cookies:
        event["cookies"] = cookies
    if pairs := query_pairs(request.query):
        event["queryStringParameters"] = _comma_joined(pairs)
    if path_parameters:
        event["pathParameters"] = dict(path_parameters)
    if request.body:
        event["body"], event["isBase64Encoded"] = _body(request)
    return event


def _context(
    request: RawRequest,
    path: str,
    headers: Mapping[str, str],
    route_key: str,
    request_id: str,
    now: datetime,
    stage: str,
) -> dict[str, Any]:
    domain = host_name(headers.get("host"))
    epoch = epoch_milliseconds(now)
    return {
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": request.protocol,
            "sourceIp": source_address(request.source_ip),
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": route_key,
        "stage": stage,
        "time": request_time(epoch // 1000),
        "timeEpoch": epoch,
    }


def _headers(lines: Sequence[HeaderLine]) -> tuple[dict[str, str], list[str]]:
    """Cookies leave the headers and become a list of their own."""
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines]
    cookies = [part for name, value in pairs if name == "cookie" for part in value.split("; ") if part]
    return _comma_joined([pair for pair in pairs if pair[0] != "cookie"]), cookies


def _comma_joined(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    result: dict[str, str] = {}
    for name, value in pairs:
        result[name] = f"{result[name]},{value}" if name in result else value
    return result


def _body(request: RawRequest) -> tuple[str, bool]:
    media = media_type(request.headers)
    if media in _TEXT or media.startswith("text/") or media.endswith("+json"):
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass  # a text type over bytes that are no text: Base64 keeps them
    return b64encode(request.body).decode("ascii"), True


def _claim(value: object) -> str:
    """An HTTP API writes a list claim as `[a b]` and leaves numbers as numbers' text."""
    return f"[{joined(value, ' ')}]" if isinstance(value, list | tuple) else scalar_text(value)
