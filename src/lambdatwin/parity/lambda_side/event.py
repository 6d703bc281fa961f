"""A request as the event of a proxy integration: payload 1.0 of REST and HTTP APIs, payload 2.0."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from ..api import Api, Kind
from ..wire import Sent
from . import parts
from .authorizer import Verified
from .router import Route, leading_slashes_as_one

# Most of an identity belongs to callers who sign with AWS credentials.
_IDENTITY = [
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has reached its function. `verified` is None on a route without an authorizer."""

    api: Api
    sent: Sent
    route: Route
    parameters: Mapping[str, str]
    verified: Verified | None
    now: datetime


def proxy_event(call: Call) -> dict[str, Any]:
    """The event for one request."""
    return _payload_2(call) if call.api.kind is Kind.HTTP_2 else _payload_1(call)


def _payload_1(call: Call) -> dict[str, Any]:
    api, sent = call.api, call.sent
    lines = parts.header_lines(api, sent, call.now)
    headers = parts.grouped((parts.spelled(api, name), value) for name, value in lines)
    queries = parts.grouped(parts.query_pairs(sent.query))
    body, encoded = parts.body(api, sent)
    path = leading_slashes_as_one(sent.path) if api.is_rest else parts.staged(api, _decoded(sent))
    event = {
        "resource": call.route.resource,
        "path": path,
        "httpMethod": sent.method,
        "headers": parts.last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": parts.last(queries) or None,
        "multiValueQueryStringParameters": queries or None,
        "pathParameters": dict(call.parameters) or None,
        "stageVariables": dict(api.stage_variables) or None,
        "requestContext": _context_1(call),
        "body": body,
        "isBase64Encoded": encoded,
    }
    return event if api.is_rest else {"version": "1.0", **event}


def _context_1(call: Call) -> dict[str, Any]:
    api, sent = call.api, call.sent
    identity: dict[str, Any] = dict.fromkeys(_IDENTITY)
    identity |= {"sourceIp": parts.SOURCE_IP, "userAgent": parts.user_agent(sent)}
    if keys := sent.values("x-api-key"):
        identity["apiKey"] = keys[0]
    authorizer = {} if call.verified is None else {"authorizer": _authorizer_1(api, call.verified)}
    # An HTTP API has routes and no resources (documented).
    own = {"deploymentId": "local", "resourceId": "local"} if api.is_rest else {"resourceId": None}
    return (
        parts.common_context(api, sent)
        | authorizer
        | own
        | {
            "extendedRequestId": sent.id,
            "httpMethod": sent.method,
            "identity": identity,
            "path": parts.staged(api, sent.path if api.is_rest else _decoded(sent)),
            "protocol": "HTTP/1.1",
            "requestTime": parts.clock_time(call.now),
            "requestTimeEpoch": parts.milliseconds(call.now),
            "resourcePath": call.route.resource,
        }
    )


def _authorizer_1(api: Api, verified: Verified) -> Mapping[str, Any]:
    if verified.context is not None:
        return verified.context
    return {"claims": verified.texts} if api.is_rest else _claims_and_scopes(verified)


def _payload_2(call: Call) -> dict[str, Any]:
    """Keys without a value are left out."""
    api, sent = call.api, call.sent
    lines = parts.grouped(parts.header_lines(api, sent, call.now))
    cookies = [part.strip() for line in lines.pop("cookie", []) for part in line.split(";") if part.strip()]
    queries = parts.grouped(parts.query_pairs(sent.query))
    body, encoded = parts.body(api, sent)
    event = {
        "version": "2.0",
        "routeKey": call.route.key,
        "rawPath": parts.staged(api, _decoded(sent)),
        "rawQueryString": sent.query,
        "cookies": cookies,
        "headers": _joined(lines),
        "queryStringParameters": _joined(queries),
        "pathParameters": dict(call.parameters),
        "stageVariables": dict(api.stage_variables),
        "requestContext": _context_2(call),
        "body": body,
        "isBase64Encoded": encoded,
    }
    return {key: value for key, value in event.items() if value not in (None, [], {})}


def _context_2(call: Call) -> dict[str, Any]:
    api, sent = call.api, call.sent
    authorizer = {} if call.verified is None else {"authorizer": _authorizer_2(call.verified)}
    http = {
        "method": sent.method,
        "path": parts.staged(api, _decoded(sent)),
        "protocol": "HTTP/1.1",
        "sourceIp": parts.SOURCE_IP,
        "userAgent": parts.user_agent(sent) or "",
    }
    times = {"time": parts.clock_time(call.now), "timeEpoch": parts.milliseconds(call.now)}
    return parts.common_context(api, sent) | authorizer | {"http": http, "routeKey": call.route.key} | times


def _authorizer_2(verified: Verified) -> Mapping[str, Any]:
    return {"jwt": _claims_and_scopes(verified)} if verified.context is None else verified.context


def _claims_and_scopes(verified: Verified) -> dict[str, Any]:
    return {"claims": verified.texts, "scopes": verified.scopes}


def _joined(groups: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: ",".join(values) for name, values in groups.items()}


def _decoded(sent: Sent) -> str:
    return unquote(sent.path, errors="replace")
