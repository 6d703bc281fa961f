"""A request as API Gateway hands it to Lambda: by a REST API's proxy integration, or by an HTTP API in payload format
2.0 or 1.0.

REST (payload format 1.0): the keys are those of recorded events. `path` and `pathParameters` stay percent-encoded;
query values are decoded; what was not sent is `null`. A body is text: bytes that are not UTF-8 are replaced, which is
what a REST API without a matching binary media type does to them (it passes the body through as a UTF-8 string); with
one it is Base64.

HTTP APIs: paths and their parameters are decoded. Format 2.0 has lower-case names, repeated values joined by commas,
and leaves out what a REST event says `null` of; format 1.0 has the shape of a REST event, without its deployment and
resource. Source: AWS, "Create AWS Lambda proxy integrations for HTTP APIs", and recorded events.
"""

import json
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from .event_parts import (
    ACCOUNT_ID,
    API_ID,
    DEPLOYMENT_ID,
    HeaderCase,
    Invocation,
    Stage,
    domain_prefix,
    epoch_milliseconds,
    host_name,
    http_headers,
    path_text,
    query_pairs,
    request_time,
    rest_headers,
    scalar_text,
    source_address,
)
from .http import RawRequest, content_type, header_text, is_binary, is_text, media_type
from .route_table import DEFAULT

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
    body, is_base64 = _rest_body(request, binary_media_types)
    context = _context_1(request, invocation, f"/{stage.name}{path}", stage)
    context |= {"deploymentId": DEPLOYMENT_ID, "resourceId": API_ID}
    if invocation.claims is not None:
        claims = {name: _rest_claim(name, value) for name, value in invocation.claims.items()}
        context["authorizer"] = {"claims": claims}
    return _event_1(
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


def _event_1(
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


def _context_1(request: RawRequest, invocation: Invocation, path: str, stage: Stage) -> dict[str, Any]:
    """The request context that both kinds of API have in payload format 1.0, without an authorizer."""
    domain = host_name(header_text(request.headers, b"host"))
    epoch = epoch_milliseconds(invocation.now)
    return {
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
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


def _rest_body(request: RawRequest, binary_media_types: Collection[str]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    if binary_media_types and is_binary(media_type(content_type(request.headers)), binary_media_types):
        return b64encode(request.body).decode("ascii"), True
    return request.body.decode("utf-8", "replace"), False


def _rest_claim(name: str, value: object) -> str:
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


def http_event(request: RawRequest, invocation: Invocation, stage: Stage) -> dict[str, Any]:
    """The event of payload format 2.0, free to be changed by the handler."""
    headers, cookies = _headers_2(request, invocation)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": invocation.route.key,
        "rawPath": _http_path(request, stage),
        "rawQueryString": path_text(request.query),
        "headers": headers,
        "requestContext": _context_2(request, invocation, stage),
        "isBase64Encoded": False,
    }
    if invocation.claims is not None:
        event["requestContext"]["authorizer"] = {"jwt": _jwt(invocation.claims, invocation.scopes)}
    if cookies:
        event["cookies"] = cookies
    if pairs := query_pairs(request.query):
        event["queryStringParameters"] = _comma_joined(pairs)
    if invocation.path_parameters:
        event["pathParameters"] = _decoded(invocation.path_parameters)
    if stage.variables:
        event["stageVariables"] = dict(stage.variables)
    if request.body:
        event["body"], event["isBase64Encoded"] = _http_body(request)
    return event


def http_event_1(request: RawRequest, invocation: Invocation, stage: Stage, header_case: HeaderCase) -> dict[str, Any]:
    """The event of payload format 1.0: a REST event's keys and `version`; the API has no resources (documented)."""
    path = _http_path(request, stage)
    context = {**_context_1(request, invocation, path, stage), "resourceId": None}
    if invocation.claims is not None:
        context["authorizer"] = _jwt(invocation.claims, invocation.scopes)
    body, is_base64 = _http_body(request) if request.body else (None, False)
    event = _event_1(
        request,
        invocation,
        stage,
        headers=http_headers(request, invocation, header_case),
        query=query_pairs(request.query),
        path=path,
        path_parameters=_decoded(invocation.path_parameters),
        context=context,
        body=body,
        is_base64=is_base64,
    )
    return {"version": "1.0", **event}


def _http_path(request: RawRequest, stage: Stage) -> str:
    """Decoded, and below the stage unless that is `$default` (measured)."""
    path = unquote(path_text(request.raw_path))
    return path if stage.name == DEFAULT else f"/{stage.name}{path}"


def _decoded(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: unquote(value) for name, value in parameters.items()}


def _context_2(request: RawRequest, invocation: Invocation, stage: Stage) -> dict[str, Any]:
    domain = host_name(header_text(request.headers, b"host"))
    epoch = epoch_milliseconds(invocation.now)
    return {
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
        "domainName": domain,
        "domainPrefix": domain_prefix(domain),
        "http": {
            "method": request.method,
            "path": _http_path(request, stage),
            "protocol": request.protocol,
            "sourceIp": source_address(request.source_ip),
            "userAgent": header_text(request.headers, b"user-agent") or "",
        },
        "requestId": invocation.request_id,
        "routeKey": invocation.route.key,
        "stage": stage.name,
        "time": request_time(epoch // 1000),
        "timeEpoch": epoch,
    }


def _headers_2(request: RawRequest, invocation: Invocation) -> tuple[dict[str, str], list[str]]:
    """Cookies leave the headers and become a list of their own."""
    pairs = list(http_headers(request, invocation, None))
    sent = (part.strip() for name, value in pairs if name == "cookie" for part in value.split(";"))
    cookies = [part for part in sent if part]
    return _comma_joined(pair for pair in pairs if pair[0] != "cookie"), cookies


def _comma_joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    result: dict[str, str] = {}
    for name, value in pairs:
        result[name] = f"{result[name]},{value}" if name in result else value
    return result


def _http_body(request: RawRequest) -> tuple[str, bool]:
    if is_text(content_type(request.headers)):
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass  # a text type over bytes that are no text: Base64 keeps them
    return b64encode(request.body).decode("ascii"), True


def _jwt(claims: Mapping[str, object], scopes: Sequence[str] | None) -> dict[str, Any]:
    """Claims are text, as Go prints values: a list is `[a b]`, an object `map[key:value]`. What is null is left out."""
    texts = {name: _go_text(value) for name, value in claims.items() if value is not None}
    return {"claims": texts, "scopes": None if scopes is None else list(scopes)}


def _go_text(value: object) -> str:
    match value:
        case list() | tuple():
            return f"[{' '.join(map(_go_text, value))}]"
        case dict():
            return f"map[{' '.join(f'{name}:{_go_text(value[name])}' for name in sorted(value))}]"
        case None:
            return "<nil>"
        case _:
            return scalar_text(value)
