"""Answers a request to one route: authenticate, build the event, run the handler, convert its result."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from opentelemetry import trace
from pydantic import BaseModel

from .auth.authenticator import Accepted, Refused
from .auth.authorizers import RouteAuthorizer, authorizers_of, credentials_of
from .auth.claims import scopes_of
from .auth.responses import Reason
from .database import APP_SESSIONS
from .gateway.answers import JSON, TokenFault
from .gateway.api import Api, is_event_too_long
from .gateway.event_parts import Invocation, Route
from .gateway.http import GatewayResponse, HeaderLine, RawRequest, TooLargeError, first_value, header_text
from .lambda_runtime.authorizer import Context, LambdaAuthorization, LambdaAuthorizer, context_of, identity_of
from .lambda_runtime.context import LambdaContext
from .lambda_runtime.deadlines import Disconnected, TimedOut, countdown, in_own_task, run_within
from .lambda_runtime.executors.declared import Functions
from .lambda_runtime.executors.environment import FunctionError, HandlerFailed
from .lambda_runtime.executors.pool import TooBusy
from .lambda_runtime.marshalling import MalformedResult
from .observability.logging import EventLog
from .observability.requests import LEFT, SERVED, Served
from .ports import LambdaOperation, NeedsStandIn
from .project import Project
from .runtime import Runtime
from .settings import Settings

_LOG = EventLog("gateway")
# Of an answer that is its connection's last: the rest of the body may still come.
_LAST = (b"connection", b"close")
URL_TOO_LONG = GatewayResponse(414, (JSON,), b'{"message":"URI Too Long"}')
HEADERS_TOO_LARGE = GatewayResponse(431, (JSON,), b'{"message":"Request Header Fields Too Large"}')
# API Gateway waits for a slow body inside the time that it gives an integration.
BODY_TOO_SLOW = GatewayResponse(408, (JSON,), b'{"message":"Request Timeout"}')
CLIENT_LEFT = GatewayResponse(499, (), b"")  # as nginx says
MOST_AT_ONCE = 1000
# In the scope of a request that has reached its handler.
INVOKED = "lambdatwin.invoked"
_HANDLERS_PER_CONNECTION = 100
_NO_LENGTH = frozenset((204, 304))
_FAULTS = {
    Reason.NO_CREDENTIALS: TokenFault.MISSING,
    Reason.EXPIRED: TokenFault.EXPIRED,
    # An HTTP API knows no scheme: what stands in the header is the token.
    Reason.MALFORMED_CREDENTIALS: TokenFault.MALFORMED,
    Reason.MALFORMED_JWT: TokenFault.MALFORMED,
    Reason.WRONG_AUDIENCE: TokenFault.WRONG_AUDIENCE,
    Reason.NO_SCOPE: TokenFault.NO_SCOPE,
}

type Headers = Sequence[HeaderLine]


@dataclass(slots=True)
class RouteServices:
    """What all routes of an app share. `running` counts handlers; only the event loop's thread touches it.

    Nearly all handlers ask the database, so the number of handlers at once goes with its connections: beyond it a
    request would only wait for others. A request whose body is still arriving does not count, so that slow clients
    take no place from others.
    """

    runtime: Runtime
    api: Api
    clock: Callable[[], datetime]
    functions: Functions
    stand_ins: Mapping[str, str]
    running: int = 0
    authorizations: list[LambdaAuthorization] = field(default_factory=list)

    @property
    def project(self) -> Project:
        return self.runtime.project

    @property
    def settings(self) -> Settings:
        return self.runtime.settings

    @property
    def full(self) -> bool:
        """Whether the limit of concurrent handlers is reached."""
        return self.running >= min(MOST_AT_ONCE, _HANDLERS_PER_CONNECTION * self.settings.database_pool_size)

    def authorization(self, operation: LambdaOperation, api: Api) -> LambdaAuthorization | None:
        """What asks the function that authorizes an operation: one for all routes, which share its cache."""
        declared = operation.lambda_authorizer
        if declared is None or declared.name in self.stand_ins:
            return None
        known = (one for one in self.authorizations if (one.declared, one.api) == (declared, api))
        found = next(known, None) or LambdaAuthorization(declared, self.functions, api)
        if found not in self.authorizations:
            self.authorizations.append(found)
        return found

    def authorizers(self, operation: LambdaOperation, api: Api) -> tuple[RouteAuthorizer, ...]:
        """What authorizes an operation after its Lambda authorizer, or in the place of one that has a stand-in."""
        development = self.settings.development
        return authorizers_of(operation, self.runtime.auth, self.stand_ins, api, development=development)

    def unavailable(self, sentence: str, api: Api) -> GatewayResponse:
        """The 503 for a request that this process cannot take now; the client may retry."""
        return self.error(503, sentence, api, {"Retry-After": "1"})

    def error(
        self, status: int, message: str, api: Api, headers: Mapping[str, str] = MappingProxyType({})
    ) -> GatewayResponse:
        """An answer in a handler's place, with the backend's error body."""
        body = error_value(self.project, status, message)
        sent = {"Content-Type": "application/json", **self.project.response_headers, **headers}
        return api.response({"statusCode": status, "headers": sent, "body": json.dumps(body)}, None)


class LambdaEndpoint:
    """Serves one method and path of `api`."""

    def __init__(self, route: Route, operation: LambdaOperation, services: RouteServices, api: Api) -> None:
        self._route, self._operation, self._services, self.api = route, operation, services, api
        self._settings = services.settings
        # Only a handler that says how it is composed is composed anew; any other runs as it is decorated.
        composable = hasattr(operation.handler, "__endpoint__")
        runtime = services.runtime.for_handlers()
        self._handler = services.project.handler(operation, runtime) if composable else operation.handler
        self._function = None if operation.declared is None else services.functions.of(operation.declared)
        self.logs_requests = services.project.logs_requests(operation)
        self._authorization = services.authorization(operation, api)
        self._authorizers = services.authorizers(operation, api)
        declared = operation.authorizer
        by_function = isinstance(declared, NeedsStandIn) and declared.kind == "lambda"
        self._by_function = by_function or operation.lambda_authorizer is not None

    @property
    def name(self) -> str:
        """The handler, as `module:function`."""
        return f"{self._operation.module}:{self._operation.function}"

    async def __call__(
        self,
        scope: Any,
        receive: Any,
        send: Any,
        parameters: Mapping[str, str],
        request_id: str,
        verdict: Accepted | None = None,
    ) -> None:
        """Answer one request; `scope["raw_path"]` is the path as the API sees it. A cancellation passes through.

        `verdict` is the authorizer's, where the app has put another one in its place.
        """
        SERVED.set(Served(request_id, self.name))
        try:
            response = await self._answer(scope, receive, parameters, request_id, verdict)
        except Disconnected:
            # The log and middleware get it, the client nothing: Starlette's takes an app without an answer for broken.
            scope.get(LEFT, []).append(True)
            response = CLIENT_LEFT
        await send_response(send, self.api.with_cors(response, scope["headers"]))

    async def _answer(
        self, scope: Any, receive: Any, parameters: Mapping[str, str], request_id: str, verdict: Accepted | None
    ) -> GatewayResponse:
        refusal = head_refusal(scope, self._settings)
        if refusal is not None:
            return refusal
        accepted, context = verdict, None
        declared = self._operation.lambda_authorizer
        if verdict is None and declared is not None:
            decided = await self._authorized(declared, scope, parameters, request_id)
            if isinstance(decided, GatewayResponse):
                return decided
            context = decided
        sent = credentials_of(self._operation, scope["headers"], scope["query_string"])
        for authorizer in self._authorizers if verdict is None else ():
            found = await authorizer.authenticate(sent, scope["method"], address_of(scope))
            if isinstance(found, Refused):
                refusal = refusal_of(found, self.api, sent, self._operation.scopes)
                return self.api.own(refusal, request_id)
            accepted = accepted or found
        try:
            body = await read_body(scope, receive, self._settings.gateway_max_body, self.api.timeout)
        except TooLargeError:
            return self.api.own(self.api.body_too_long(self._settings.gateway_max_body), request_id).adding(_LAST)
        except TimeoutError:
            return BODY_TOO_SLOW.adding(_LAST)
        # A stand-in says what the function would have said.
        if self._by_function and context is None and accepted is not None:
            accepted, context = Accepted({}, accepted.set_cookies), context_of(self.api, accepted.claims)
        claims = (accepted.claims if accepted is not None else None) or None
        scopes = scopes_of(claims) if claims is not None and self._operation.scopes else None
        invocation = Invocation(self._route, parameters, request_id, self._services.clock(), claims, scopes)
        response = await self._invoke(scope, raw_request(scope, body), invocation, receive, context)
        if accepted is None or not accepted.set_cookies:
            return response
        return response.adding(*((b"set-cookie", cookie) for cookie in accepted.set_cookies))

    async def _authorized(
        self, declared: LambdaAuthorizer, scope: Any, parameters: Mapping[str, str], request_id: str
    ) -> Context | GatewayResponse | None:
        """The authorizer's context for the event, None where a stand-in gives it, or the answer."""
        request = raw_request(scope, b"")
        invocation = Invocation(self._route, parameters, request_id, self._services.clock())
        identity = identity_of(declared, self.api, request, invocation)
        if isinstance(identity, GatewayResponse):
            return self.api.own(identity, request_id)
        if self._authorization is None:
            return None
        try:
            decided = await self._authorization.decide(request, invocation, identity)
        except TooBusy:
            return self._services.unavailable("The service has too much to do right now.", self.api)
        return self.api.own(decided, request_id) if isinstance(decided, GatewayResponse) else decided

    async def _invoke(
        self, scope: Any, request: RawRequest, invocation: Invocation, receive: Any, context: Context | None
    ) -> GatewayResponse:
        services = self._services
        if services.full:
            return services.unavailable("The service has too much to do right now.", self.api)
        event = self.api.event(request, invocation)
        if context is not None:
            event["requestContext"]["authorizer"] = context
        if is_event_too_long(event, request):
            return self.api.own(self.api.EVENT_TOO_LONG, invocation.request_id)
        services.running += 1
        scope[INVOKED] = True
        try:
            accept = header_text(request.headers, b"accept")
            return await self._run(event, invocation.request_id, receive, accept)
        finally:
            services.running -= 1

    async def _run(self, event: dict[str, Any], request_id: str, receive: Any, accept: str | None) -> GatewayResponse:
        api, left = self.api, countdown(self.api.timeout)
        try:
            result = await run_within(left(), self._result(event, request_id, left), receive)
            return api.response(result, accept)
        except MalformedResult as error:
            _LOG.error("malformed_result", handler=self.name, reason=str(error))
            return api.own(api.failed(error), request_id)
        except TimedOut:
            _LOG.error("gateway_timeout", handler=self.name, seconds=api.timeout)
            return api.own(api.TIMED_OUT, request_id)
        except TooBusy:
            # Lambda would throttle, in words of its own.
            return self._services.unavailable("The service has too much to do right now.", api)
        except FunctionError as error:
            raised = error.with_traceback(None) if isinstance(error, HandlerFailed) else None
            _LOG.error(error.event, exc_info=raised, handler=self.name, request_id=request_id, **error.fields)
            return api.own(api.failed(None), request_id)
        except (Disconnected, GeneratorExit):
            raise
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) and being_cancelled():
                raise
            # The boundary that Lambda's runtime is: whatever a handler raises, and even its exit, is a 502.
            trace.get_current_span().record_exception(error)
            _LOG.error("handler_raised", handler=self.name, exc_info=error)
            return api.own(api.failed(None), request_id)

    async def _result(self, event: dict[str, Any], request_id: str, left: Callable[[], float]) -> Any:
        services, runtime = self._services, self._services.runtime
        if self._function is not None:
            return await services.functions.invoke(self._function, event, request_id, left())
        context = LambdaContext(request_id, self._operation.module, left)
        if runtime.database is None:
            return services.project.result(await in_own_task(self._handler(event, context)))
        with APP_SESSIONS.used(runtime.database):
            return services.project.result(await in_own_task(self._handler(event, context)))


def error_value(project: Project, status: int, message: str) -> Any:
    """The project's error body as a value of JSON."""
    body = project.error_body(status, message)
    return body.model_dump(mode="json") if isinstance(body, BaseModel) else body


def refusal_of(refused: Refused, api: Api, headers: Headers, scopes: tuple[str, ...] = ()) -> GatewayResponse:
    """What a client of this kind of API gets when the authorizer refuses its token."""
    if refused.response.status != 401:
        return refused.response
    sent = first_value(headers, b"authorization") or b""
    fault = _FAULTS.get(refused.reason, TokenFault.OTHER) if sent.strip() else TokenFault.MISSING
    return api.unauthorized(refused.response, fault, scopes)


def head_refusal(scope: Any, settings: Settings) -> GatewayResponse | None:
    """The answer to a request line or headers over the gateway's limits."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > settings.gateway_max_url:
        return URL_TOO_LONG
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    return HEADERS_TOO_LARGE if size > settings.gateway_max_headers else None


async def read_body(scope: Any, receive: Any, limit: int, seconds: float) -> bytes:
    """The whole body, at most `limit` bytes. One that is longer, up to twice as long, is read to its end: most clients
    send all of it before they read an answer, and a connection that closes meanwhile loses the answer.

    Raises `TooLargeError`, TimeoutError after `seconds`, and `Disconnected`.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > 2 * limit:
            raise TooLargeError
    body, size, more = bytearray(), 0, True
    async with asyncio.timeout(seconds):
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            part = message.get("body", b"")
            size += len(part)
            more = message.get("more_body", False)
            if size <= limit:
                body += part
            elif size > 2 * limit or not more:
                raise TooLargeError
    return bytes(body)


async def send_response(send: Any, response: GatewayResponse) -> None:
    """Send `response` over ASGI. The server keeps the body from a HEAD request: the scope's method may be another one,
    of X-HTTP-Method-Override."""
    headers = list(response.headers)
    if response.status not in _NO_LENGTH:
        headers.append((b"content-length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def raw_request(scope: Any, body: bytes) -> RawRequest:
    return RawRequest(
        scope["method"],
        scope["raw_path"],
        scope["query_string"],
        scope["headers"],
        body,
        address_of(scope),
        f"HTTP/{scope['http_version']}",
        scope.get("scheme", "http"),
    )


def address_of(scope: Any) -> str:
    """The client's address; this machine's where the server does not tell."""
    client = scope.get("client")
    return str(client[0]) if client else "127.0.0.1"


def being_cancelled() -> bool:
    """Whether the current task was cancelled from outside; else a CancelledError is the handler's own."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
