"""One route at work: token, event, handler, answer."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from .admission import Admission
from .auth.authenticator import Accepted, Refused
from .auth.responses import Reason
from .database import APP_SESSIONS
from .gateway.answers import TokenFault
from .gateway.api import Api
from .gateway.cors import CorsPolicy
from .gateway.http import GatewayResponse, HeaderLine, RawRequest
from .gateway.invocation import Invocation, Route
from .lambda_runtime.context import LambdaContext
from .lambda_runtime.deadlines import Cause, Rounds, Watch
from .lambda_runtime.marshalling import MalformedResult
from .observability.logging import EventLog
from .observability.metrics import Metrics
from .ports import LambdaOperation
from .project import Project
from .runtime import Runtime
from .settings import Settings
from .wire.request import BODY_TOO_SLOW, Disconnected, TooLong, TooSlow, head_refusal, read_body
from .wire.response import send_response

_LOG = EventLog("gateway")

type Headers = Sequence[HeaderLine]
type RequestIds = Callable[[Headers], str]

_FAULTS = {
    Reason.NO_CREDENTIALS: TokenFault.MISSING,
    Reason.EXPIRED: TokenFault.EXPIRED,
    Reason.MALFORMED_CREDENTIALS: TokenFault.MALFORMED,
    Reason.MALFORMED_JWT: TokenFault.MALFORMED,
}


class Authenticator(Protocol):
    """The gateway's authorizer."""

    async def authenticate(self, headers: Headers, method: str, /) -> Accepted | Refused: ...


@dataclass(frozen=True, slots=True)
class Serving:
    """What all routes of an app share."""

    runtime: Runtime
    authenticator: Authenticator
    api: Api
    request_ids: RequestIds
    clock: Callable[[], datetime]
    cors: CorsPolicy | None
    admission: Admission
    rounds: Rounds = field(default_factory=Rounds)

    @property
    def project(self) -> Project:
        """The backend's own part."""
        return self.runtime.project

    @property
    def settings(self) -> Settings:
        """The settings of the app."""
        return self.runtime.settings

    @property
    def metrics(self) -> Metrics:
        """The metrics of the app."""
        return self.runtime.metrics

    def unavailable(self, sentence: str) -> GatewayResponse:
        """The answer to a request that this process has no time for: it may come again."""
        return self.api.response(self.project.unavailable(sentence), None)


class LambdaEndpoint:
    """Serves one method and path."""

    __slots__ = ("_handler", "_logged_by_handler", "_operation", "_route", "_serving", "_settings")

    def __init__(self, route: Route, operation: LambdaOperation, serving: Serving) -> None:
        self._route = route
        self._operation = operation
        self._serving = serving
        self._settings = serving.settings
        self._handler = serving.project.handler(operation, serving.runtime.for_handlers())
        self._logged_by_handler = serving.project.logs_requests(operation)

    async def __call__(self, scope: Any, receive: Any, send: Any, parameters: Mapping[str, str]) -> None:
        """Answer one request. A client that went away gets nothing, and its handler is cancelled."""
        started = time.perf_counter()
        serving = self._serving
        request_id = serving.request_ids(scope["headers"])
        serving.project.begin(request_id)
        try:
            response, logged = await self._answer(scope, receive, parameters, request_id)
        except Disconnected:
            return
        except asyncio.CancelledError:
            # Only the server cancels the request as a whole, when it stops and has waited for long enough.
            response, logged = serving.unavailable("The service is being restarted."), False
        await send_response(serving.cors, scope, send, response, request_id)
        seconds = time.perf_counter() - started
        serving.metrics.observe(scope["method"], self._route.resource, response.status, seconds)
        if not logged:
            log_request(scope["method"], self._route.resource, response.status, seconds)

    async def _answer(
        self, scope: Any, receive: Any, parameters: Mapping[str, str], request_id: str
    ) -> tuple[GatewayResponse, bool]:
        """The answer, and whether the handler's own middleware has logged the request."""
        refusal = head_refusal(scope, self._settings)
        if refusal is not None:
            return refusal, False
        claims: Mapping[str, object] | None = None
        cookies: tuple[bytes, ...] = ()
        if self._operation.auth is not None:
            verdict = await self._verdict(scope["headers"], scope["method"])
            if isinstance(verdict, Refused):
                return self._refused(verdict), False
            claims, cookies = verdict.claims, verdict.set_cookies
        try:
            body = await read_body(scope, receive, self._settings.gateway_max_body, self._settings.gateway_timeout)
        except TooLong:
            return self._serving.api.body_too_long(self._settings.gateway_max_body), False
        except TooSlow:
            return BODY_TOO_SLOW, False
        admission = self._serving.admission
        if admission.running >= admission.most:
            return self._serving.unavailable("The service has too much to do right now."), False
        request = raw_request(scope, body)
        now = self._serving.clock()
        event = self._serving.api.event(request, Invocation(self._route, parameters, request_id, now, claims))
        too_long = self._serving.api.event_too_long(event, request)
        if too_long is not None:
            return too_long, False
        admission.running += 1
        try:
            response = await self._run(event, receive, request_id)
        finally:
            admission.running -= 1
        return (with_cookies(response, cookies) if cookies else response), self._logged_by_handler

    async def _verdict(self, headers: Headers, method: str) -> Accepted | Refused:
        return await self._serving.authenticator.authenticate(headers, method)

    def _refused(self, verdict: Refused) -> GatewayResponse:
        if verdict.response.status != 401:
            return verdict.response
        return self._serving.api.unauthorized(verdict.response, _FAULTS.get(verdict.reason, TokenFault.OTHER))

    async def _run(self, event: dict[str, Any], receive: Any, request_id: str) -> GatewayResponse:
        api = self._serving.api
        watch = Watch(receive, self._settings.gateway_timeout, self._serving.rounds)
        try:
            result = await self._result(event, LambdaContext(request_id, self._operation.module, watch))
            accept = header_text(event, "accept") if self._settings.binary_media_types else None
            return api.response(result, accept)
        except MalformedResult as error:
            self._log("malformed_result", reason=str(error))
            return api.failed(error)
        except asyncio.CancelledError as error:
            if watch.takes(Cause.CLIENT_LEFT):
                raise Disconnected from None
            if watch.takes(Cause.GATEWAYS_LIMIT):
                self._log("gateway_timeout", seconds=self._settings.gateway_timeout)
                return api.timed_out()
            if being_cancelled():
                raise
            self._log("handler_raised", exc_info=error)
        except GeneratorExit:
            raise
        except BaseException as error:
            # The boundary that Lambda's runtime is: whatever a handler raises, and even its exit, is a 502.
            self._log("handler_raised", exc_info=error)
        finally:
            watch.end()
        return api.failed(None)

    async def _result(self, event: dict[str, Any], context: LambdaContext) -> Any:
        database = self._serving.runtime.database
        if database is None:
            return await self._handler(event, context)
        with APP_SESSIONS.used(database.sessions):
            return await self._handler(event, context)

    @property
    def name(self) -> str:
        """The handler, as `module:function`."""
        return f"{self._operation.module}:{self._operation.function}"

    def _log(self, event: str, **fields: Any) -> None:
        _LOG.error(event, handler=self.name, **fields)


def raw_request(scope: Any, body: bytes) -> RawRequest:
    """The request of an ASGI scope."""
    client = scope.get("client")
    return RawRequest(
        scope["method"],
        scope["raw_path"],
        scope["query_string"],
        scope["headers"],
        body,
        client[0] if client else "127.0.0.1",
        f"HTTP/{scope['http_version']}",
        scope.get("scheme", "http"),
    )


def log_request(method: str, route: str, status: int, seconds: float) -> None:
    """The line of a request that no handler's middleware logs: those that the gateway itself answers."""
    _LOG.info(
        "request_completed",
        user_id=None,
        method=method,
        route=route,
        status=status,
        duration_ms=round(seconds * 1000, 2),
    )


def being_cancelled() -> bool:
    """Whether somebody wants the current task to end; else a CancelledError is the handler's own."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def header_text(event: Mapping[str, Any], name: str) -> str | None:
    """A header of an event by its name in lower case."""
    return next((value for key, value in event["headers"].items() if key.lower() == name), None)


def with_cookies(response: GatewayResponse, cookies: tuple[bytes, ...]) -> GatewayResponse:
    """The same answer with `Set-Cookie` lines."""
    lines = tuple((b"set-cookie", cookie) for cookie in cookies)
    return GatewayResponse(response.status, (*response.headers, *lines), response.body)
