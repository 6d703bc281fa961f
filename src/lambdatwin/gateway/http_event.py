"""A request as an HTTP API hands it to Lambda, in payload format 2.0 or 1.0.

Paths and their parameters are decoded. Format 2.0 has lower-case names, repeated values joined by commas, and leaves
out what a REST event says `null` of; format 1.0 has the shape of a REST event. Source: AWS, "Create AWS Lambda proxy
integrations for HTTP APIs", and recorded events.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from .http import RawRequest, content_type, is_text
from .invocation import HeaderCase, Invocation, Stage
from .request_parts import (
    ACCOUNT_ID,
    API_ID,
    domain_prefix,
    epoch_milliseconds,
    header_text,
    host_name,
    http_headers,
    path_text,
    query_pairs,
    request_time,
    scalar_text,
    source_address,
)
from .rest_event import proxy_event, request_context
from .route_table import DEFAULT


def http_event(request: RawRequest, invocation: Invocation, stage: Stage) -> dict[str, Any]:
    """The event of payload format 2.0, free to be changed by the handler."""
    headers, cookies = _headers(request, invocation)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": invocation.route.key,
        "rawPath": _path(request, stage),
        "rawQueryString": path_text(request.query),
        "headers": headers,
        "requestContext": _context(request, invocation, stage),
        "isBase64Encoded": False,
    }
    if invocation.claims is not None:
        event["requestContext"]["authorizer"] = {"jwt": _jwt(invocation.claims, invocation)}
    if cookies:
        event["cookies"] = cookies
    if pairs := query_pairs(request.query):
        event["queryStringParameters"] = _comma_joined(pairs)
    if invocation.path_parameters:
        event["pathParameters"] = _decoded(invocation.path_parameters)
    if stage.variables:
        event["stageVariables"] = dict(stage.variables)
    if request.body:
        event["body"], event["isBase64Encoded"] = _body(request)
    return event


def http_event_1(request: RawRequest, invocation: Invocation, stage: Stage, header_case: HeaderCase) -> dict[str, Any]:
    """The event of payload format 1.0: the keys of a REST event, with `version`."""
    path = _path(request, stage)
    context = request_context(request, invocation, path, stage)
    if invocation.claims is not None:
        context["authorizer"] = _jwt(invocation.claims, invocation)
    body, is_base64 = _body(request) if request.body else (None, False)
    event = proxy_event(
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


def _path(request: RawRequest, stage: Stage) -> str:
    """Decoded, and below the stage unless that is `$default` (measured)."""
    path = unquote(path_text(request.raw_path))
    return path if stage.name == DEFAULT else f"/{stage.name}{path}"


def _decoded(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: unquote(value) for name, value in parameters.items()}


def _context(request: RawRequest, invocation: Invocation, stage: Stage) -> dict[str, Any]:
    domain = host_name(header_text(request.headers, b"host"))
    epoch = epoch_milliseconds(invocation.now)
    return {
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
        "domainName": domain,
        "domainPrefix": domain_prefix(domain),
        "http": {
            "method": request.method,
            "path": _path(request, stage),
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


def _headers(request: RawRequest, invocation: Invocation) -> tuple[dict[str, str], list[str]]:
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


def _body(request: RawRequest) -> tuple[str, bool]:
    if is_text(content_type(request.headers)):
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass  # a text type over bytes that are no text: Base64 keeps them
    return b64encode(request.body).decode("ascii"), True


def _jwt(claims: Mapping[str, object], invocation: Invocation) -> dict[str, Any]:
    scopes = invocation.scopes
    return {"claims": _claims(claims), "scopes": None if scopes is None else list(scopes)}


def _claims(claims: Mapping[str, object]) -> dict[str, str]:
    """All as text, as Go prints values: a list as `[a b]`, an object as `map[key:value]`. What is null is left out."""
    return {name: _claim(value) for name, value in claims.items() if value is not None}


def _claim(value: object) -> str:
    match value:
        case list() | tuple():
            return f"[{' '.join(map(_claim, value))}]"
        case dict():
            return f"map[{' '.join(f'{name}:{_claim(value[name])}' for name in sorted(value))}]"
        case None:
            return "<nil>"
        case _:
            return scalar_text(value)
