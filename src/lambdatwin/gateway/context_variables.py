"""API Gateway's `$context` variables, which identity sources name. They do not have the shape of an event's request
context, whose payload format is the integration's. Source: AWS, "Customize HTTP API access logs" and "Variables for
access logging for API Gateway" (REST APIs)."""

from collections.abc import Mapping
from dataclasses import replace

from .api import Api, HttpApi
from .event_parts import Invocation
from .http import RawRequest

# Without those of callers who sign with AWS credentials, which have no value here.
_COMMON = frozenset(
    (
        *("accountId", "apiId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod", "identity.sourceIp"),
        *("identity.userAgent", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch", "stage"),
    )
)
_OF_REST = _COMMON | {"deploymentId", "identity.apiKey", "resourceId", "resourcePath"}


def context_variable(name: str, request: RawRequest, invocation: Invocation, api: Api) -> str | None:
    """The value of `identity.sourceIp`, without its `$context.`; None for one that is not there."""
    is_http = isinstance(api, HttpApi)
    if is_http and name == "routeKey":
        return invocation.route.key
    if name not in (_COMMON if is_http else _OF_REST):
        return None
    # The request context of payload format 1.0 has the names of these variables.
    told = replace(api, payload_format="1.0") if isinstance(api, HttpApi) else api
    part: object = told.event(request, invocation)["requestContext"]
    for key in name.split("."):
        part = part.get(key) if isinstance(part, Mapping) else None
    return None if part is None else str(part)
