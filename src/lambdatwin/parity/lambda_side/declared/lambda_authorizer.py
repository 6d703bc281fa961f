"""Lambda authorizers: functions that say who may call, asked as the gateway asks them.

Source: AWS, "Use API Gateway Lambda authorizers", "Control access to HTTP APIs with AWS Lambda authorizers".
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, unquote

from ...api import Kind
from ...wire import Answer
from ..authorizer import Verified
from ..event import Call, proxy_event
from ..own_answers import (
    AUTHORIZER_FAILED,
    DENIED,
    HTTP_FAILED,
    HTTP_FORBIDDEN,
    HTTP_NO_IDENTITY,
    NOT_ALLOWED,
    UNAUTHORIZED,
)
from ..parts import ACCOUNT, API_ID, SOURCE_IP, clock_time, common_context, milliseconds, staged, user_agent
from .functions import Functions
from .tables import LambdaAuthorizer

_REST_TTL = 300


class _Failed(Exception):
    """The function ended in an error, or gave what the gateway cannot use."""


@dataclass(slots=True)
class LambdaAuthorization:
    """Keeps the answers of functions as long as their authorizers say."""

    functions: Functions
    _kept: dict[tuple[LambdaAuthorizer, tuple[str, ...]], tuple[float, Any]] = field(default_factory=dict)

    def verdict(self, call: Call, declared: LambdaAuthorizer) -> Verified | Answer:
        """What stands in `requestContext.authorizer`, else what the gateway answers in the function's place."""
        is_rest = call.api.is_rest
        identity = tuple(_identity(source, call) for source in _sources(declared))
        if not all(identity):
            return UNAUTHORIZED if is_rest else HTTP_NO_IDENTITY
        started = time.monotonic()
        try:
            said = self._said(call, declared, tuple(value or "" for value in identity))
            allowed = _simply_allowed(said) if declared.simple else _allowed_by(said, _arn(call, declared))
        except _Failed as failure:
            if is_rest:
                return UNAUTHORIZED if str(failure) == "Unauthorized" else AUTHORIZER_FAILED
            return HTTP_FAILED
        if not allowed:
            return HTTP_FORBIDDEN if not is_rest else NOT_ALLOWED if allowed is None else DENIED
        return Verified({}, context=_context(call, said, declared.simple, int((time.monotonic() - started) * 1000)))

    def _said(self, call: Call, declared: LambdaAuthorizer, identity: tuple[str, ...]) -> dict[str, Any]:
        """The function's answer: it holds for all requests with these identities, whatever their routes."""
        until, said = self._kept.get((declared, identity), (0.0, None))
        if until > time.monotonic():
            return dict(said)
        limit = call.api.integration_seconds
        event = _event(call, declared, identity)
        found = self.functions.invoke(declared.function, event, call.sent.id, limit)
        if found.payload is None:
            raise _Failed(_message(found.error))
        try:
            said = json.loads(found.payload, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise _Failed from None
        _check(said, simple=declared.simple, is_rest=call.api.is_rest)
        lasts = (_REST_TTL if call.api.is_rest else 0) if declared.ttl is None else declared.ttl
        if lasts and identity:
            self._kept[declared, identity] = time.monotonic() + lasts, said
        return dict(said)


def _sources(declared: LambdaAuthorizer) -> tuple[str, ...]:
    return declared.identity or (("method.request.header.Authorization",) if declared.form == "token" else ())


def _identity(source: str, call: Call) -> str | None:
    """The value of `method.request.header.X` or `context.X` (REST), `$request.header.X` or `$context.X` (HTTP)."""
    where, _, name = source.removeprefix("$").removeprefix("method.").removeprefix("request.").partition(".")
    match where:
        case "header":
            return next(iter(call.sent.values(name.lower())), None)
        case "querystring":
            return dict(parse_qsl(call.sent.query, keep_blank_values=True)).get(name)
        case "stageVariables":
            return call.api.stage_variables.get(name)
        case _:
            variable = _VARIABLES.get(name)
            found = None if variable is None else variable(call)
            return None if found is None else str(found)


def _part(name: str) -> Callable[[Call], object]:
    return lambda call: common_context(call.api, call.sent).get(name)


def _path(call: Call) -> str:
    """With the stage in front, but for `$default`."""
    return staged(call.api, call.sent.path if call.api.is_rest else unquote(call.sent.path))


# What API Gateway calls a context variable, which is named alike whatever the payload of the integration.
# Source: AWS, "Customize HTTP API access logs", "API Gateway mapping template and access logging variable reference".
_VARIABLES: Mapping[str, Callable[[Call], object]] = {
    **{name: _part(name) for name in ("accountId", "apiId", "domainName", "domainPrefix", "requestId", "stage")},
    "extendedRequestId": lambda call: call.sent.id,
    "httpMethod": lambda call: call.sent.method,
    "identity.apiKey": lambda call: next(iter(call.sent.values("x-api-key")), None) if call.api.is_rest else None,
    "identity.sourceIp": lambda call: SOURCE_IP,
    "identity.userAgent": lambda call: user_agent(call.sent),
    "path": _path,
    "protocol": lambda call: "HTTP/1.1",
    "requestTime": lambda call: clock_time(call.now),
    "requestTimeEpoch": lambda call: milliseconds(call.now),
    "resourcePath": lambda call: call.route.resource if call.api.is_rest else None,
    "resourceId": lambda call: API_ID if call.api.is_rest else None,
    "deploymentId": lambda call: API_ID if call.api.is_rest else None,
    "routeKey": lambda call: None if call.api.is_rest else call.route.key,
}


def _event(call: Call, declared: LambdaAuthorizer, identity: tuple[str, ...]) -> dict[str, Any]:
    arn = _arn(call, declared)
    if call.api.is_rest and declared.form == "token":
        return {"type": "TOKEN", "authorizationToken": identity[0], "methodArn": arn}
    if not call.api.is_rest:
        call = replace(call, api=replace(call.api, kind=Kind.HTTP_2 if declared.payload == "2.0" else Kind.HTTP_1))
    event = {key: value for key, value in proxy_event(call).items() if key not in ("body", "isBase64Encoded")}
    event["type"] = "REQUEST"
    # Unlike a proxy event, AWS's examples have an empty object where nothing was sent.
    event |= {name: {} for name in event if name.endswith(("Parameters", "Variables")) and event[name] is None}
    if call.api.is_rest:
        return {**event, "methodArn": arn}
    if call.api.kind is Kind.HTTP_2:
        return {**event, "routeArn": arn, "identitySource": list(identity)}
    return {**event, "methodArn": arn, "identitySource": ",".join(identity), "authorizationToken": ",".join(identity)}


def _arn(call: Call, declared: LambdaAuthorizer) -> str:
    """In the region of the function, which is its API's."""
    said = dict(declared.function.variables).get("AWS_REGION")
    region, path = said or os.environ.get("AWS_REGION", "us-east-1"), call.sent.path.lstrip("/")
    return f"arn:aws:execute-api:{region}:{ACCOUNT}:{API_ID}/{call.api.stage_name}/{call.sent.method}/{path}"


def _no_number(constant: str) -> object:
    raise ValueError(constant)


def _message(error: str | None) -> str:
    """What a function raised."""
    try:
        return str(json.loads(error or "")["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return ""


def _check(said: Any, *, simple: bool, is_rest: bool) -> None:
    """Raises `_Failed` for what the gateway takes for a fault of the authorizer."""
    context = (said.get("context") or {}) if isinstance(said, dict) else None
    if not isinstance(context, dict):
        raise _Failed
    # AWS's example of an HTTP API's context has an `arrayKey` and a `mapKey`; a REST API takes neither.
    if is_rest and any(isinstance(value, dict | list) for value in context.values()):
        raise _Failed
    if simple:
        return
    if not isinstance(said.get("principalId"), str) or not said["principalId"]:
        raise _Failed
    _statements(said)


def _simply_allowed(said: Mapping[str, Any]) -> bool | None:
    if not isinstance(said.get("isAuthorized"), bool):
        raise _Failed
    return said["isAuthorized"] or None


def _allowed_by(said: Mapping[str, Any], arn: str) -> bool | None:
    """True where a statement allows and none denies, False where one denies, None where none is about the call.

    A statement that allows under a condition does not count, one that denies does.
    """
    effects = {
        statement["Effect"]
        for statement in _statements(said)
        if _is_about(statement, "Action", "execute-api:invoke", lower=True)
        and _is_about(statement, "Resource", arn)
        and not (statement["Effect"] == "Allow" and statement.get("Condition"))
    }
    return False if "Deny" in effects else True if effects else None


def _statements(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    policy = said.get("policyDocument")
    found = policy.get("Statement") if isinstance(policy, dict) else None
    statements: list[Any] = found if isinstance(found, list) else [found]
    if not all(map(_is_statement, statements)):
        raise _Failed
    return statements


def _is_statement(value: Any) -> bool:
    if not isinstance(value, dict) or value.get("Effect") not in ("Allow", "Deny"):
        return False
    return bool(value.keys() & {"Action", "NotAction"} and value.keys() & {"Resource", "NotResource"})


def _is_about(statement: Mapping[str, Any], key: str, value: str, *, lower: bool = False) -> bool:
    """Whether `Action` or `Resource`, or what stands in its place with Not, is about a value."""
    said = statement.get(key, statement.get(f"Not{key}"))
    patterns = [str(one).lower() if lower else str(one) for one in (said if isinstance(said, list) else [said])]
    # In a policy only * and ? are wildcards.
    found = any(fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in patterns)
    return found if key in statement else not found


def _context(call: Call, said: Mapping[str, Any], simple: bool, latency: int) -> dict[str, Any]:
    context = said.get("context") or {}
    if call.api.kind is Kind.HTTP_2:
        return {"lambda": context}
    texts = dict(_texts(context))
    if not simple:
        texts["principalId"] = said["principalId"]
    return {**texts, "integrationLatency": latency}


def _texts(context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in context.items():
        if value is not None:
            compound = isinstance(value, dict | list)
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) if compound else str(value)
            yield name, text.lower() if isinstance(value, bool) else text
