"""A request as API Gateway's REST proxy integration (payload format 1.0) hands it to Lambda.

The keys are exactly the documented ones. `path` and `pathParameters` stay percent-encoded; query values are decoded;
what was not sent is `null`. A body is text: bytes that are not UTF-8 are replaced, which is what a REST API without a
matching binary media type does to them (it passes the body through as a UTF-8 string); with one it is Base64.
"""

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from .http import HeaderLine, RawRequest
from .request_parts import (
    ACCOUNT_ID,
    API_ID,
    epoch_milliseconds,
    host_name,
    is_binary,
    joined,
    media_type,
    path_text,
    query_pairs,
    request_time,
    scalar_text,
    source_address,
    train_case,
)

_JAVA_DATES = frozenset({"exp", "iat"})


def rest_event(
    request: RawRequest,
    *,
    resource: str,
    path_parameters: Mapping[str, str] | None,
    request_id: str,
    now: datetime,
    claims: Mapping[str, object] | None,
    stage: str = "prod",
    binary_media_types: Collection[str] = (),
) -> dict[str, Any]:
    """A fresh event, free to be changed by whoever gets it. `claims` are those of a verified token, None without an
    authoriser; `now` is aware. Source: AWS, "Input format of a Lambda function for proxy integration"."""
    path = path_text(request.raw_path)
    headers, all_headers = _headers(request.headers)
    query, all_queries = _query(request.query)
    body, is_base64 = _body(request, binary_media_types)
    epoch = epoch_milliseconds(now)
    context: dict[str, Any] = {
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
        "domainName": host_name(headers.get("Host")),
        "extendedRequestId": request_id,
        "httpMethod": request.method,
        "identity": {
            "accountId": None,
            "apiKey": None,
            "caller": None,
            "cognitoAuthenticationProvider": None,
            "cognitoAuthenticationType": None,
            "cognitoIdentityPoolId": None,
            "sourceIp": source_address(request.source_ip),
            "user": None,
            "userAgent": headers.get("User-Agent"),
            "userArn": None,
        },
        "path": f"/{stage}{path}",
        "protocol": request.protocol,
        "requestId": request_id,
        "requestTime": request_time(epoch // 1000),
        "requestTimeEpoch": epoch,
        "resourceId": API_ID,
        "resourcePath": resource,
        "stage": stage,
    }
    if claims is not None:
        context["authorizer"] = {"claims": dict(_texts(claims))}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": all_headers,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": all_queries,
        "pathParameters": dict(path_parameters) if path_parameters else None,
        "stageVariables": None,
        "requestContext": context,
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _headers(lines: Sequence[HeaderLine]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The last value of each name, and all of them. Values are Latin-1: every byte of a header has a character."""
    last: dict[str, str] = {}
    every: dict[str, list[str]] = {}
    for raw_name, raw_value in lines:
        name = train_case(raw_name)
        value = raw_value.decode("latin-1")
        if name in last:
            every[name].append(value)
        else:
            every[name] = [value]
        last[name] = value
    return last, every


def _query(query: bytes) -> tuple[dict[str, str] | None, dict[str, list[str]] | None]:
    pairs = query_pairs(query) if query else None
    if not pairs:
        return None, None
    every: dict[str, list[str]] = {}
    for name, value in pairs:
        every.setdefault(name, []).append(value)
    return dict(pairs), every


def _body(request: RawRequest, binary_media_types: Collection[str]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    if binary_media_types and is_binary(media_type(request.headers), binary_media_types):
        return b64encode(request.body).decode("ascii"), True
    return request.body.decode("utf-8", "replace"), False


# The claims of a verdict that is kept are the same object each time. It is kept beside its texts, so that its id stays
# its own; with several threads, the worst is that the texts are made twice.
_KNOWN: dict[int, tuple[Mapping[str, object], dict[str, str]]] = {}
_MOST_KNOWN = 1024


def _texts(claims: Mapping[str, object]) -> dict[str, str]:
    known = _KNOWN.get(id(claims))
    if known is not None and known[0] is claims:
        return known[1]
    texts = {name: value if type(value) is str else _claim(name, value) for name, value in claims.items()}
    if type(claims) is MappingProxyType:
        # Nobody changes these; a plain dict may be another one tomorrow.
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[id(claims)] = (claims, texts)
    return texts


def _claim(name: str, value: object) -> str:
    """All claims reach an event as text: lists joined by commas, `exp` and `iat` as Java prints a date. The last is
    written nowhere in AWS's documentation; it is what events of REST APIs carry."""
    if isinstance(value, list | tuple):
        return joined(value, ",")
    if name in _JAVA_DATES and type(value) is int:
        return _java_date(value)
    return scalar_text(value)


@lru_cache(maxsize=4096)
def _java_date(epoch_seconds: int) -> str:
    """`Sun Nov 22 18:05:09 UTC 2026`, or the number itself where no calendar has that date."""
    try:
        at = datetime.fromtimestamp(epoch_seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return str(epoch_seconds)
    day, month, rest = at.ctime().split(maxsplit=2)
    number, clock, year = rest.split()
    return f"{day} {month} {number:0>2} {clock} UTC {year}"
