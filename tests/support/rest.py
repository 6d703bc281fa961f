"""REST proxy events, and calling a handler module with one as the Lambda runtime does."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

ADMINISTRATOR = "11111111-1111-4111-8111-111111111111"
PLAIN_USER = "22222222-2222-4222-8222-222222222222"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answered."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class LambdaContext:
    """The part of Lambda's context object that handlers may use."""

    aws_request_id = "00000000-0000-4000-8000-00000000cafe"
    function_name = "test"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def rest_event(
    method: str = "GET",
    path: str = "/",
    *,
    user_id: str | None = ADMINISTRATOR,
    parameters: Mapping[str, str] | None = None,
    query: str = "",
    body: Any = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """An event as API Gateway sends it; `user_id` is the verified `sub`, a body that is no text is dumped as JSON."""
    pairs = parse_qsl(query, keep_blank_values=True)
    authorizer = {"authorizer": {"claims": {"sub": user_id}}} if user_id else {}
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers or {}),
        "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()},
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": _grouped(pairs) or None,
        "pathParameters": dict(parameters) if parameters else None,
        "stageVariables": None,
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {"requestId": "test-request", "httpMethod": method, "path": path, **authorizer},
    }


def invoke(module: ModuleType, **event: Any) -> Answer:
    """Call the module's `lambda_handler` with a REST event made of the arguments of `rest_event`."""
    result = module.lambda_handler(rest_event(**event), LambdaContext())
    body = result.get("body") or ""
    return Answer(result["statusCode"], result.get("headers") or {}, body if isinstance(body, str) else body.decode())


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped
