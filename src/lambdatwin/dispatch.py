"""The app's front door: routes are found on the raw path, as API Gateway finds them, before anything is decoded."""

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI

from .endpoint import LambdaEndpoint, Serving, log_request
from .gateway.cors import handlers_preflight, header
from .gateway.http import GatewayResponse
from .gateway.route_table import RouteTable
from .observability.tracing import Served, Tracing
from .ports import LambdaRoute
from .wire.request import head_refusal
from .wire.response import send_response, with_policy

_RESERVED = ("/docs", "/redoc", "/openapi.json", "/health", "/metrics", "/auth")
_NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


class Gateway(FastAPI):
    """FastAPI with the Lambda routes served in front of it; the framework documents them and serves the shell's own."""

    table: RouteTable[Served]
    # Routes without parameters by method and raw path: found at once, as the table would find them.
    direct: dict[tuple[str, bytes], Served]
    serving: Serving

    def mount_lambda_routes(self, routes: list[LambdaRoute], serving: Serving, tracing: Tracing | None = None) -> None:
        """Document the routes and serve them. Raises ValueError when two claim one method and path."""
        self.router.routes.extend(routes)
        self.serving = serving
        serving.metrics.watch_running(lambda: serving.admission.running)
        self.table, self.direct = RouteTable(), {}
        for route in routes:
            for method in sorted(route.methods or ()):
                endpoint: Served = LambdaEndpoint(route.path, route.operation, serving)
                served = tracing(route.path, endpoint) if tracing else endpoint
                self.table.add(method, route.path, served)
                if "{" not in route.path:
                    self.direct[method, route.path.encode()] = served

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        if not scope.get("raw_path"):
            scope["raw_path"] = quote(scope["path"]).encode("ascii")
        direct = self.direct.get((scope["method"], scope["raw_path"]))
        if direct is not None:
            await direct(scope, receive, send, _NO_PARAMETERS)
            return
        raw_path = scope["raw_path"].decode("latin-1")
        found = self.table.match(scope["method"], raw_path)
        if found is not None:
            await found[0](scope, receive, send, found[1])
        elif is_reserved(raw_path):
            cors = self.serving.cors
            await super().__call__(scope, receive, with_policy(cors, scope, send) if cors else send)
        else:
            await self._unrouted(scope, send, raw_path)

    async def _unrouted(self, scope: Any, send: Any, raw_path: str) -> None:
        started = time.perf_counter()
        request_id = self.serving.request_ids(scope["headers"])
        self.serving.project.begin(request_id)
        response = (
            head_refusal(scope, self.serving.settings)
            or self._preflight(scope, self.table.methods(raw_path))
            or self.serving.payload.unrouted
        )
        await send_response(self.serving.cors, scope, send, response, request_id)
        seconds = time.perf_counter() - started
        self.serving.metrics.observe("ANY", "unrouted", response.status, seconds)
        log_request(scope["method"], "unrouted", response.status, seconds)

    def _preflight(self, scope: Any, methods: tuple[str, ...]) -> GatewayResponse | None:
        """The answer to a browser's question before its request; None for anything else, and where nothing stands."""
        origin = header(scope["headers"], b"origin")
        asked = header(scope["headers"], b"access-control-request-method")
        if scope["method"] != "OPTIONS" or origin is None or asked is None or not methods:
            return None
        if self.serving.cors is not None:
            return self.serving.cors.preflight(origin, methods)
        headers = self.serving.project.preflight_headers
        return handlers_preflight(methods, headers) if headers else None


def is_reserved(path: str) -> bool:
    """Whether the shell itself answers on a path."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _RESERVED)
