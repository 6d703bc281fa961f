"""OpenTelemetry, for those who ask for it (`TRACING=1`): a span for every request of a Lambda route.

An optional extra: without the setting nothing of it is imported, and no request pays for it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..project import Project
from ..settings import SettingsError

type Served = Callable[[Any, Any, Any, Mapping[str, str]], Awaitable[None]]
type Tracing = Callable[[str, Served], Served]

_MISSING = (
    "TRACING is set, but OpenTelemetry is not installed: install opentelemetry-sdk and "
    "opentelemetry-exporter-otlp-proto-http, or remove the setting"
)


def tracing(project: Project) -> Tracing:
    """What puts a span around a route; raises `SettingsError` where OpenTelemetry is not installed.

    Where spans go is OpenTelemetry's own affair: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME, ...
    """
    try:
        from opentelemetry import trace  # type: ignore[import-not-found, unused-ignore]
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # type: ignore[import-not-found]
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.trace import TracerProvider  # type: ignore[import-not-found]
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # type: ignore[import-not-found]
    except ImportError:
        raise SettingsError([_MISSING]) from None
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return traced_by(provider.get_tracer("lambdatwin"), project)


def traced_by(tracer: Any, project: Project) -> Tracing:
    """Spans named `METHOD /route/{id}` with the route, the status and the correlation id; never a path or a header."""

    def traced(route: str, served: Served) -> Served:
        async def call(scope: Any, receive: Any, send: Any, parameters: Mapping[str, str]) -> None:
            with tracer.start_as_current_span(f"{scope['method']} {route}") as span:
                span.set_attribute("http.request.method", scope["method"])
                span.set_attribute("http.route", route)

                async def watching(message: Any) -> None:
                    if message["type"] == "http.response.start":
                        span.set_attribute("http.response.status_code", message["status"])
                    await send(message)

                await served(scope, receive, watching, parameters)
                span.set_attribute("correlation_id", project.correlation_id())

        return call

    return traced
