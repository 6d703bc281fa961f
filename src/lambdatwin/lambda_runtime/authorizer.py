"""Lambda authorizers: functions that say who may call. Source: AWS, "Use API Gateway Lambda authorizers", "Control
access to HTTP APIs with AWS Lambda authorizers"."""

import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ..gateway import answers
from ..gateway.api import Api, HttpApi
from ..gateway.context_variables import context_variable
from ..gateway.event_parts import ACCOUNT_ID, API_ID, Invocation, identity_source, identity_values
from ..gateway.http import GatewayResponse, RawRequest
from ..observability.logging import EventLog
from .context import DEFAULT_REGION
from .deadlines import TimedOut
from .executors.declared import DeclaredFunction, Functions
from .executors.environment import FunctionError, HandlerFailed
from .marshalling import MalformedResult

_LOG = EventLog("auth.lambda")
_REST_TTL = 300
_MOST_ENTRIES = 10_000
_OBJECTS = frozenset(("pathParameters", "queryStringParameters", "multiValueQueryStringParameters", "stageVariables"))
_FAILURES = (FunctionError, MalformedResult, TimedOut)

type Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LambdaAuthorizer:
    """As a table declares it. `form` is token or request; `identity` are identity sources in the API's own syntax;
    `ttl` is in seconds, None for the default; `simple`: it answers `isAuthorized`, not a policy."""

    name: str
    function: DeclaredFunction
    form: str = "token"
    identity: tuple[str, ...] = ()
    ttl: int | None = None
    payload: str = "1.0"
    simple: bool = False


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a function said, which holds for every route: a policy is evaluated for each. `statements` is None for a
    simple response, which has no `principal`."""

    statements: tuple[Mapping[str, Any], ...] | None
    allowed: bool
    principal: str
    context: Mapping[str, Any]


class _Unusable(Exception):
    """An answer that the gateway cannot use."""


class LambdaAuthorization:
    """Asks the function of an authorizer, for one API, and keeps its answers as long as is declared."""

    def __init__(
        self, declared: LambdaAuthorizer, functions: Functions, api: Api, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.declared, self.api = declared, api
        self._functions, self._clock = functions, clock
        self._function = functions.of(declared.function)
        self._http = isinstance(api, HttpApi)
        self._ttl = (0 if self._http else _REST_TTL) if declared.ttl is None else declared.ttl
        self._kept: dict[tuple[str, ...], tuple[float, _Verdict]] = {}

    async def decide(
        self, request: RawRequest, invocation: Invocation, identity: tuple[str, ...]
    ) -> Context | GatewayResponse:
        """What stands in `requestContext.authorizer`, or the answer to a request that may not pass.

        Raises `TooBusy`.
        """
        arn = self._method_arn(request)
        started = time.monotonic()
        try:
            verdict = self._cached(identity) or await self._asked(request, invocation, identity, arn)
        except (*_FAILURES, _Unusable) as error:
            return self._failed(error)
        refused = self._refused(verdict, arn)
        principal = {"principalId": verdict.principal} if verdict.principal else {}
        latency = int((time.monotonic() - started) * 1000)
        return refused or context_of(self.api, verdict.context, principal, latency)

    def _method_arn(self, request: RawRequest) -> str:
        """The ARN of the method and path that are asked for, in the region that the function is told."""
        known = {**os.environ, **dict(self._function.environment)}
        region, path = known.get("AWS_REGION", DEFAULT_REGION), request.raw_path.decode("latin-1").lstrip("/")
        return f"arn:aws:execute-api:{region}:{ACCOUNT_ID}:{API_ID}/{self.api.stage.name}/{request.method}/{path}"

    def _cached(self, identity: tuple[str, ...]) -> _Verdict | None:
        until, verdict = self._kept.get(identity, (0.0, None))
        return verdict if until > self._clock() else None

    async def _asked(
        self, request: RawRequest, invocation: Invocation, identity: tuple[str, ...], arn: str
    ) -> _Verdict:
        event = self._event(request, invocation, identity, arn)
        payload = await self._functions.invoke(self._function, event, invocation.request_id, self.api.timeout)
        verdict = verdict_of(_parsed(payload), simple=self.declared.simple, flat=not self._http)
        if self._ttl and identity:
            if len(self._kept) >= _MOST_ENTRIES:
                del self._kept[next(iter(self._kept))]
            self._kept.pop(identity, None)
            self._kept[identity] = (self._clock() + self._ttl, verdict)
        return verdict

    def _event(self, request: RawRequest, invocation: Invocation, identity: tuple[str, ...], arn: str) -> Context:
        if self.declared.form == "token" and not self._http:
            return {"type": "TOKEN", "authorizationToken": identity[0], "methodArn": arn}
        api = self.api
        if isinstance(api, HttpApi):
            api = replace(api, payload_format="2.0" if self.declared.payload == "2.0" else "1.0")
        event = api.event(request, invocation)
        for key in ("body", "isBase64Encoded"):
            event.pop(key, None)
        # In the place of a proxy event's null: AWS's examples have it for path parameters, published events for all.
        event.update({key: event[key] or {} for key in _OBJECTS & event.keys()})
        if not self._http:
            return {"type": "REQUEST", "methodArn": arn, **event}
        if self.declared.payload == "2.0":
            return {**event, "type": "REQUEST", "routeArn": arn, "identitySource": list(identity)}
        joined = ",".join(identity)
        return {**event, "type": "REQUEST", "methodArn": arn, "identitySource": joined, "authorizationToken": joined}

    def _failed(self, error: Exception) -> GatewayResponse:
        """A function that raises exactly `Unauthorized` refuses; any other failure is the configuration's."""
        if not self._http and isinstance(error, HandlerFailed) and error.error_message == "Unauthorized":
            return answers.UNAUTHORIZED
        reason = getattr(error, "reason", str(error))
        _LOG.error("authorizer_failed", authorizer=self.declared.name, reason=reason or type(error).__name__)
        return answers.HTTP_API_INTERNAL_SERVER_ERROR if self._http else answers.AUTHORIZER_FAILED

    def _refused(self, verdict: _Verdict, arn: str) -> GatewayResponse | None:
        allowed, denied = verdict.allowed, False
        if verdict.statements is not None:
            allowed, denied = evaluated(verdict.statements, arn)
        if allowed and not denied:
            return None
        if self._http:
            return answers.HTTP_API_FORBIDDEN
        return answers.EXPLICIT_DENY if denied else answers.NO_ALLOW


def identity_of(
    declared: LambdaAuthorizer, api: Api, request: RawRequest, invocation: Invocation
) -> tuple[str, ...] | GatewayResponse:
    """What a request has at the identity sources, or the answer to one that lacks a value: no function is asked."""
    sources = declared.identity or (() if declared.form == "request" else ("header.Authorization",))
    found = [_value_at(source, api, request, invocation) for source in sources]
    if not all(found):
        is_http = isinstance(api, HttpApi)
        return answers.http_api_unauthorized(answers.TokenFault.MISSING) if is_http else answers.UNAUTHORIZED
    return tuple(value for value in found if value)


def _value_at(source: str, api: Api, request: RawRequest, invocation: Invocation) -> str | None:
    values = identity_values(source, request.headers, request.query)
    if values is not None:
        return values[-1 if "querystring." in source else 0] if values else None
    kind, name = identity_source(source)
    if kind == "context":
        return context_variable(name, request, invocation, api)
    return (api.stage.variables or {}).get(name)


def context_of(
    api: Api, said: Mapping[str, Any], principal: Mapping[str, str] = MappingProxyType({}), latency: int = 0
) -> Context:
    """What stands in `requestContext.authorizer` of what a Lambda authorizer, or a stand-in, says of a caller."""
    if isinstance(api, HttpApi) and api.payload_format == "2.0":
        return {"lambda": dict(said)}
    texts = {name: _text(value) for name, value in said.items() if value is not None}
    return {**texts, **principal, "integrationLatency": latency}


def _parsed(payload: bytes) -> object:
    """Raises `_Unusable` for what is no JSON: NaN and Infinity are none to anyone but Python."""
    try:
        return json.loads(payload, parse_constant=_refused_constant)
    except (ValueError, RecursionError) as error:
        raise _Unusable(f"the answer is no JSON: {error}") from error


def _refused_constant(constant: str) -> object:
    raise ValueError(f"it has {constant}")


def verdict_of(answer: object, *, simple: bool, flat: bool) -> _Verdict:
    """Raises `_Unusable` for what the gateway takes for a fault of the authorizer. `flat`: the context of a REST API's
    authorizer holds no object and no list, that of an HTTP API's may (documented)."""
    if not isinstance(answer, dict):
        raise _Unusable("the answer is no object")
    context = answer.get("context") or {}
    if not isinstance(context, dict):
        raise _Unusable("the context is no object")
    if flat and any(isinstance(value, dict | list) for value in context.values()):
        raise _Unusable("the context holds an object or a list")
    if simple:
        allowed = answer.get("isAuthorized")
        if not isinstance(allowed, bool):
            raise _Unusable("isAuthorized is neither true nor false")
        return _Verdict(None, allowed, "", context)
    principal, policy = answer.get("principalId"), answer.get("policyDocument")
    if not isinstance(principal, str) or not principal:
        raise _Unusable("there is no principalId")
    return _Verdict(tuple(_statements(policy)), False, principal, context)


def _statements(policy: object) -> Iterator[Mapping[str, Any]]:
    found = policy.get("Statement") if isinstance(policy, dict) else None
    for statement in found if isinstance(found, list) else [found]:
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            raise _Unusable("the policy has a statement without an Effect")
        if not ({"Action", "NotAction"} & statement.keys()) or not ({"Resource", "NotResource"} & statement.keys()):
            raise _Unusable("the policy has a statement without Action or Resource")
        yield statement


def evaluated(statements: Iterable[Mapping[str, Any]], arn: str) -> tuple[bool, bool]:
    """Whether a statement allows the call, and whether one denies it.

    Conditions are not evaluated: one that allows does not count then, one that denies does.
    """
    allowed = denied = False
    for statement in statements:
        if _names(statement, "Action", "execute-api:invoke", lower=True) and _names(statement, "Resource", arn):
            denied |= statement["Effect"] == "Deny"
            allowed |= statement["Effect"] == "Allow" and not statement.get("Condition")
    return allowed, denied


def _names(statement: Mapping[str, Any], key: str, value: str, *, lower: bool = False) -> bool:
    """Whether `Action` or `Resource` (or what stands in its place with Not) is about a value; `*` and `?` stand for
    any text and any character."""
    patterns = statement.get(key, statement.get(f"Not{key}"))
    texts = [str(one) for one in (patterns if isinstance(patterns, list) else [patterns])]
    found = any(_matches(one.lower() if lower else one, value) for one in texts)
    return found if key in statement else not found


def _matches(pattern: str, value: str) -> bool:
    parts = ({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch("".join(parts), value, re.S) is not None


def _text(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
