"""A request as API Gateway's REST proxy integration (payload format 1.0) hands it to Lambda.

The keys are those of recorded events. `path` and `pathParameters` stay percent-encoded; query values are decoded; what
was not sent is `null`. A body is text: bytes that are not UTF-8 are replaced, which is what a REST API without a
matching binary media type does to them (it passes the body through as a UTF-8 string); with one it is Base64.
"""

import json
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from .http import RawRequest, content_type, is_binary, media_type
from .invocation import HeaderCase, Invocation, Stage
from .request_parts import (
    ACCOUNT_ID,
    API_ID,
    DEPLOYMENT_ID,
    domain_prefix,
    epoch_milliseconds,
    header_text,
    host_name,
    path_text,
    query_pairs,
    request_time,
    rest_headers,
    scalar_text,
    source_address,
)

_JAVA_DATES = frozenset({"exp", "iat"})


def rest_event(
    request: RawRequest,
    invocation: Invocation,
    stage: Stage,
    *,
    header_case: HeaderCase = "train",
    binary_media_types: Collection[str] = (),
) -> dict[str, Any]:
    """A fresh event, free to be changed by the handler. In a query `;` separates as `&` does (documented)."""
    path = path_text(request.raw_path)
    body, is_base64 = _body(request, binary_media_types)
    context = request_context(request, invocation, f"/{stage.name}{path}", stage)
    if invocation.claims is not None:
        context["authorizer"] = {"claims": {name: _claim(name, value) for name, value in invocation.claims.items()}}
    return proxy_event(
        request,
        invocation,
        stage,
        headers=rest_headers(request, invocation, header_case),
        query=query_pairs(request.query.replace(b";", b"&")),
        path="/" + path.lstrip("/"),
        path_parameters=invocation.path_parameters,
        context=context,
        body=body,
        is_base64=is_base64,
    )


def proxy_event(
    request: RawRequest,
    invocation: Invocation,
    stage: Stage,
    *,
    headers: Iterable[tuple[str, str]],
    query: Iterable[tuple[str, str]],
    path: str,
    path_parameters: Mapping[str, str],
    context: dict[str, Any],
    body: str | None,
    is_base64: bool,
) -> dict[str, Any]:
    """The outer keys, which the events of REST APIs and of HTTP APIs with payload format 1.0 share."""
    last_headers, all_headers = _grouped(headers)
    last_query, all_query = _grouped(query)
    return {
        "resource": invocation.route.resource,
        "path": path,
        "httpMethod": request.method,
        "headers": last_headers,
        "multiValueHeaders": all_headers,
        "queryStringParameters": last_query or None,
        "multiValueQueryStringParameters": all_query or None,
        "pathParameters": dict(path_parameters) or None,
        "stageVariables": dict(stage.variables) if stage.variables else None,
        "requestContext": context,
        "body": body,
        "isBase64Encoded": is_base64,
    }


def request_context(request: RawRequest, invocation: Invocation, path: str, stage: Stage) -> dict[str, Any]:
    """The request context of payload format 1.0, without an authorizer."""
    domain = host_name(header_text(request.headers, b"host"))
    epoch = epoch_milliseconds(invocation.now)
    return {
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
        "deploymentId": DEPLOYMENT_ID,
        "domainName": domain,
        "domainPrefix": domain_prefix(domain),
        "extendedRequestId": invocation.request_id,
        "httpMethod": request.method,
        "identity": _identity(request),
        "path": path,
        "protocol": request.protocol,
        "requestId": invocation.request_id,
        "requestTime": request_time(epoch // 1000),
        "requestTimeEpoch": epoch,
        "resourceId": API_ID,
        "resourcePath": invocation.route.resource,
        "stage": stage.name,
    }


def _identity(request: RawRequest) -> dict[str, str | None]:
    identity: dict[str, str | None] = {
        "accessKey": None,
        "accountId": None,
        "caller": None,
        "cognitoAuthenticationProvider": None,
        "cognitoAuthenticationType": None,
        "cognitoIdentityId": None,
        "cognitoIdentityPoolId": None,
        "principalOrgId": None,
        "sourceIp": source_address(request.source_ip),
        "user": None,
        "userAgent": header_text(request.headers, b"user-agent"),
        "userArn": None,
    }
    api_key = header_text(request.headers, b"x-api-key")
    return identity if api_key is None else identity | {"apiKey": api_key}


def _grouped(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The last value of each name, and all of them."""
    every: dict[str, list[str]] = {}
    for name, value in pairs:
        every.setdefault(name, []).append(value)
    return {name: values[-1] for name, values in every.items()}, every


def _body(request: RawRequest, binary_media_types: Collection[str]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    if binary_media_types and is_binary(media_type(content_type(request.headers)), binary_media_types):
        return b64encode(request.body).decode("ascii"), True
    return request.body.decode("utf-8", "replace"), False


def _claim(name: str, value: object) -> str:
    """All claims reach an event as text: lists joined by commas, objects (`identities`) as JSON, `exp` and `iat` as
    Java prints a date. AWS's documentation has neither of the last two; it is what events of REST APIs carry."""
    if name in _JAVA_DATES and type(value) is int:
        return _java_date(value)
    return ",".join(map(_claim_text, value)) if isinstance(value, list | tuple) else _claim_text(value)


def _claim_text(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
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
