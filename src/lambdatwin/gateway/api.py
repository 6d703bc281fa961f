"""The kinds of API that a handler may stand behind: a REST API, and an HTTP API with payload format 1.0 or 2.0.

Each has its routes, events and answers. An object of these types is one deployed API with its settings; a process may
serve several, and the routes of one HTTP API may have different payload formats.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..lambda_runtime.marshalling import MalformedResult
from . import answers
from .answers import TokenFault
from .cors import CorsConfiguration, is_preflight
from .event_parts import HeaderCase, Invocation, Stage
from .events import http_event, http_event_1, rest_event
from .http import GatewayResponse, HeaderLine, RawRequest, first_value
from .result import PayloadFormat, UnmappableResult, http_response, rest_response
from .route_table import DEFAULT, HttpRouteTable, RestRouteTable

# Lambda's limit for the event of a synchronous invocation, in bytes of JSON.
EVENT_LIMIT = 6_291_456
# A byte of a request takes at most six of JSON (`\u0000`), and the largest part of an event that is no body stands
# three times in it: requests below the limit by this measure are not measured exactly.
_BYTES_FOR_ONE = 6
_TIMES_IN_AN_EVENT = 3
_EVENT_FRAME = 65_536

# What a deployment has by default; seconds that the gateway waits for an integration.
REST_STAGE, HTTP_STAGE = Stage("prod"), Stage(DEFAULT)
REST_TIMEOUT = 29.0
HTTP_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class RestApi:
    """A REST API with proxy integration: payload format 1.0. `timeout`: seconds that a handler may take."""

    # The answers when the handler takes too long, and to an event that Lambda does not take.
    TIMED_OUT = answers.ENDPOINT_TIMED_OUT
    EVENT_TOO_LONG = answers.REQUEST_TOO_LONG

    stage: Stage = REST_STAGE
    binary_media_types: tuple[str, ...] = ()
    header_case: HeaderCase = "train"
    timeout: float = REST_TIMEOUT

    def routes[T](self) -> RestRouteTable[T]:
        """An empty route table of this kind of API."""
        return RestRouteTable()

    def method(self, sent: str, headers: Sequence[HeaderLine]) -> str:
        """The method that counts: a client may send another one in `X-HTTP-Method-Override` (documented)."""
        override = first_value(headers, b"x-http-method-override")
        return override.decode("latin-1") if override else sent

    def event(self, request: RawRequest, invocation: Invocation) -> dict[str, Any]:
        return rest_event(
            request,
            invocation,
            self.stage,
            header_case=self.header_case,
            binary_media_types=self.binary_media_types,
        )

    def response(self, result: object, accept: str | None) -> GatewayResponse:
        """The response for a handler's result. Raises MalformedResult; `failed` is the answer then."""
        return rest_response(result, accept=accept, binary_media_types=self.binary_media_types)

    def failed(self, reason: MalformedResult | None) -> GatewayResponse:
        """The answer to a result that is none, or (without a reason) to an exception of the handler."""
        return answers.RESULT_UNMAPPABLE if isinstance(reason, UnmappableResult) else answers.INTERNAL_SERVER_ERROR

    def unrouted(self, headers: Sequence[HeaderLine]) -> GatewayResponse:
        return answers.unrouted(first_value(headers, b"authorization"))

    def body_too_long(self, limit: int) -> GatewayResponse:
        return answers.body_too_long(limit)

    def unauthorized(self, answer: GatewayResponse, fault: TokenFault, scopes: tuple[str, ...] = ()) -> GatewayResponse:
        """The answer to a request without a good token, which is the authorizer's `answer`."""
        return answer

    def own(self, answer: GatewayResponse, request_id: str) -> GatewayResponse:
        """An answer of the gateway's own as it is sent."""
        return answer

    def preflight(self, method: str, headers: Sequence[HeaderLine]) -> GatewayResponse | None:
        """Always None: a REST API answers preflights by OPTIONS methods."""
        return None

    def with_cors(self, response: GatewayResponse, headers: Sequence[HeaderLine]) -> GatewayResponse:
        """The answer to a request with these headers: a REST API leaves CORS to its handlers."""
        return response


@dataclass(frozen=True, slots=True)
class HttpApi:
    """An HTTP API. `header_case` counts for payload format 1.0 alone; `timeout`: seconds that a handler may take.

    Its methods are those of `RestApi`.
    """

    TIMED_OUT = answers.HTTP_API_TIMED_OUT
    EVENT_TOO_LONG = answers.HTTP_API_TOO_LARGE

    payload_format: PayloadFormat = "2.0"
    stage: Stage = HTTP_STAGE
    header_case: HeaderCase = "train"
    timeout: float = HTTP_TIMEOUT
    cors: CorsConfiguration | None = None

    def routes[T](self) -> HttpRouteTable[T]:
        return HttpRouteTable()

    def method(self, sent: str, headers: Sequence[HeaderLine]) -> str:
        return sent

    def event(self, request: RawRequest, invocation: Invocation) -> dict[str, Any]:
        if self.payload_format == "1.0":
            return http_event_1(request, invocation, self.stage, self.header_case)
        return http_event(request, invocation, self.stage)

    def response(self, result: object, accept: str | None) -> GatewayResponse:
        return http_response(result, payload_format=self.payload_format)

    def failed(self, reason: MalformedResult | None) -> GatewayResponse:
        return answers.HTTP_API_INTERNAL_SERVER_ERROR

    def unrouted(self, headers: Sequence[HeaderLine]) -> GatewayResponse:
        return answers.HTTP_API_NOT_FOUND

    def body_too_long(self, limit: int) -> GatewayResponse:
        return answers.HTTP_API_TOO_LARGE

    def unauthorized(self, answer: GatewayResponse, fault: TokenFault, scopes: tuple[str, ...] = ()) -> GatewayResponse:
        """The answer to a request without a good token, in place of the authorizer's `answer` (a REST API's)."""
        if fault is TokenFault.NO_SCOPE:
            return answers.HTTP_API_FORBIDDEN
        return answers.http_api_unauthorized(fault, scopes)

    def own(self, answer: GatewayResponse, request_id: str) -> GatewayResponse:
        """An answer of the gateway's own as it is sent: with its id."""
        return answer.adding((b"apigw-requestid", request_id.encode("latin-1", "replace")))

    def preflight(self, method: str, headers: Sequence[HeaderLine]) -> GatewayResponse | None:
        """The answer to a preflight, whatever its path (documented); None for any other request, and without CORS."""
        return self.cors.preflight(headers) if self.cors is not None and is_preflight(method, headers) else None

    def with_cors(self, response: GatewayResponse, headers: Sequence[HeaderLine]) -> GatewayResponse:
        """The answer to a request with these headers, with the API's CORS headers."""
        return response if self.cors is None else self.cors.applied(response, headers)


type Api = RestApi | HttpApi


def is_event_too_long(event: Mapping[str, Any], request: RawRequest) -> bool:
    """Whether Lambda does not take the event."""
    head = len(request.raw_path) + len(request.query) + sum(len(name) + len(value) for name, value in request.headers)
    if _BYTES_FOR_ONE * (len(request.body) + _TIMES_IN_AN_EVENT * head) + _EVENT_FRAME <= EVENT_LIMIT:
        return False
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode("utf-8", "surrogatepass")) > EVENT_LIMIT
