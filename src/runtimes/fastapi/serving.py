"""One route at work: token, event, handler, answer."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from src.contexts.shared_kernel.correlation import set_correlation_id
from src.contexts.shared_kernel.logging import get_logger
from src.contexts.shared_kernel.sources import utc_now
from src.runtimes.fastapi.auth.door import Accepted, Refused
from src.runtimes.fastapi.bridge.answers import REQUEST_TOO_LONG
from src.runtimes.fastapi.bridge.cors import CorsPolicy
from src.runtimes.fastapi.bridge.http import GatewayResponse, HeaderLine, RawRequest
from src.runtimes.fastapi.bridge.marshal import MalformedResult
from src.runtimes.fastapi.disconnects import cancel_on_disconnect
from src.runtimes.fastapi.metrics import Metrics
from src.runtimes.fastapi.payloads import Payload
from src.runtimes.fastapi.ports import LambdaOperation
from src.runtimes.fastapi.reading import Disconnected, TooLong, head_refusal, read_body
from src.runtimes.fastapi.running import LambdaContext, Strategies, runnable
from src.runtimes.fastapi.sending import send_response
from src.runtimes.fastapi.settings import Settings

type Headers = Sequence[HeaderLine]
type RequestIds = Callable[[Headers], str]


class Authenticator(Protocol):
    """The gateway's authorizer."""

    def cached(self, headers: Headers, method: str, /) -> Accepted | None: ...
    async def authenticate(self, headers: Headers, method: str, /) -> Accepted | Refused: ...


@dataclass(frozen=True, slots=True)
class Serving:
    """What all routes of an app share."""

    settings: Settings
    authenticator: Authenticator
    strategies: Strategies
    payload: Payload
    metrics: Metrics
    request_ids: RequestIds
    cors: CorsPolicy | None


class LambdaEndpoint:
    """Serves one method and path."""

    __slots__ = ("_handler", "_operation", "_resource", "_serving")

    def __init__(self, resource: str, operation: LambdaOperation, serving: Serving) -> None:
        self._resource = resource
        self._operation = operation
        self._serving = serving
        self._handler = runnable(operation, serving.strategies)

    async def __call__(self, scope: Any, receive: Any, send: Any, parameters: Mapping[str, str]) -> None:
        """Answer one request. A client that went away gets nothing, and its handler is cancelled."""
        started = time.perf_counter()
        request_id = self._serving.request_ids(scope["headers"])
        set_correlation_id(request_id)
        try:
            response = await self._answer(scope, receive, parameters, request_id)
        except Disconnected:
            return
        await send_response(self._serving.cors, scope, send, response, request_id)
        self._serving.metrics.observe(scope["method"], self._resource, response.status, time.perf_counter() - started)

    async def _answer(
        self, scope: Any, receive: Any, parameters: Mapping[str, str], request_id: str
    ) -> GatewayResponse:
        refusal = head_refusal(scope, self._serving.settings)
        if refusal is not None:
            return refusal
        claims: Mapping[str, object] | None = None
        cookies: tuple[bytes, ...] = ()
        if self._operation.auth is not None:
            verdict = await self._verdict(scope["headers"], scope["method"])
            if isinstance(verdict, Refused):
                return verdict.response
            claims, cookies = verdict.claims, verdict.set_cookies
        try:
            body = await read_body(receive, scope["headers"], self._serving.settings.gateway_max_body)
        except TooLong:
            return REQUEST_TOO_LONG
        event = self._event(scope, body, parameters, request_id, claims)
        response = await self._run(event, receive, request_id)
        return with_cookies(response, cookies) if cookies else response

    async def _verdict(self, headers: Headers, method: str) -> Accepted | Refused:
        authenticator = self._serving.authenticator
        verdict = authenticator.cached(headers, method)
        return verdict if verdict is not None else await authenticator.authenticate(headers, method)

    def _event(
        self,
        scope: Any,
        body: bytes,
        parameters: Mapping[str, str],
        request_id: str,
        claims: Mapping[str, object] | None,
    ) -> dict[str, Any]:
        client = scope.get("client")
        request = RawRequest(
            method=scope["method"],
            raw_path=scope["raw_path"],
            query=scope["query_string"],
            headers=scope["headers"],
            body=body,
            source_ip=client[0] if client else "127.0.0.1",
            protocol=f"HTTP/{scope['http_version']}",
        )
        return self._serving.payload.event(
            request,
            resource=self._resource,
            path_parameters=parameters or None,
            request_id=request_id,
            now=utc_now(),
            claims=claims,
        )

    async def _run(self, event: dict[str, Any], receive: Any, request_id: str) -> GatewayResponse:
        payload, limit = self._serving.payload, self._serving.settings.gateway_timeout
        deadline = asyncio.get_running_loop().time() + limit
        context = LambdaContext(
            request_id, self._operation.module, lambda: deadline - asyncio.get_running_loop().time()
        )
        try:
            async with asyncio.timeout_at(deadline) as timer:
                with cancel_on_disconnect(receive):
                    result = await self._handler(event, context)
            return payload.response(result, header_text(event, "accept"))
        except Disconnected:
            raise
        except MalformedResult as error:
            self._log("malformed_result", reason=str(error))
        except TimeoutError as error:
            if timer.expired():
                self._log("gateway_timeout", seconds=limit)
                return payload.timed_out
            self._log("handler_raised", exc_info=error)
        except Exception as error:  # the boundary that Lambda's runtime is: whatever a handler raises is a 502
            self._log("handler_raised", exc_info=error)
        return payload.failed

    def _log(self, event: str, **fields: Any) -> None:
        operation = self._operation
        get_logger("gateway").error(event, handler=f"{operation.module}:{operation.function}", **fields)


def header_text(event: Mapping[str, Any], name: str) -> str | None:
    """A header of an event by its name in lower case."""
    return next((value for key, value in event["headers"].items() if key.lower() == name), None)


def with_cookies(response: GatewayResponse, cookies: tuple[bytes, ...]) -> GatewayResponse:
    """The same answer with `Set-Cookie` lines."""
    lines = tuple((b"set-cookie", cookie) for cookie in cookies)
    return GatewayResponse(response.status, (*response.headers, *lines), response.body)
