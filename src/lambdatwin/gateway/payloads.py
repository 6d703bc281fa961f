"""The two kinds of API Gateway that a handler may stand behind, each with its event, its answers and its defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from . import answers
from .http import GatewayResponse, RawRequest
from .http_event import http_event
from .rest_event import rest_event
from .result import http_response, rest_response


class Payload(Protocol):
    """A kind of gateway. `response` raises `MalformedResult`."""

    @property
    def unrouted(self) -> GatewayResponse: ...
    @property
    def failed(self) -> GatewayResponse: ...
    @property
    def timed_out(self) -> GatewayResponse: ...

    def event(
        self,
        request: RawRequest,
        *,
        resource: str,
        path_parameters: Mapping[str, str] | None,
        request_id: str,
        now: datetime,
        claims: Mapping[str, object] | None,
    ) -> dict[str, Any]: ...

    def response(self, result: object, accept: str | None) -> GatewayResponse: ...


@dataclass(frozen=True, slots=True)
class RestPayload:
    """A REST API: payload format 1.0."""

    binary_media_types: tuple[str, ...] = ()
    unrouted: GatewayResponse = answers.MISSING_AUTHENTICATION_TOKEN
    failed: GatewayResponse = answers.INTERNAL_SERVER_ERROR
    timed_out: GatewayResponse = answers.ENDPOINT_TIMED_OUT

    def event(self, request: RawRequest, **facts: Any) -> dict[str, Any]:
        """The proxy event."""
        return rest_event(request, binary_media_types=self.binary_media_types, **facts)

    def response(self, result: object, accept: str | None) -> GatewayResponse:
        """What the client of a REST API sees of a result."""
        return rest_response(result, accept=accept, binary_media_types=self.binary_media_types)


@dataclass(frozen=True, slots=True)
class HttpPayload:
    """An HTTP API: payload format 2.0."""

    unrouted: GatewayResponse = answers.HTTP_API_NOT_FOUND
    failed: GatewayResponse = answers.HTTP_API_INTERNAL_SERVER_ERROR
    timed_out: GatewayResponse = answers.HTTP_API_TIMED_OUT

    def event(self, request: RawRequest, **facts: Any) -> dict[str, Any]:
        """The proxy event."""
        return http_event(request, **facts)

    def response(self, result: object, accept: str | None) -> GatewayResponse:
        """What the client of an HTTP API sees of a result."""
        return http_response(result)


def payload_of(kind: str, binary_media_types: tuple[str, ...]) -> Payload:
    """The kind of API that `kind` names: "rest" or "http-2.0"."""
    return HttpPayload() if kind == "http-2.0" else RestPayload(binary_media_types)
