"""The app's front door: routes are found on the raw path, as API Gateway finds them, before anything is decoded."""

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI

from .endpoint import LambdaEndpoint, Serving, log_request
from .gateway.cors import handlers_preflight, header, is_preflight
from .gateway.http import GatewayResponse
from .gateway.invocation import Route
from .gateway.route_table import ANY, RouteTable
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
        self.table, self.direct = serving.api.routes(), {}
        for route in routes:
            for method in sorted(route.methods or ()):
                endpoint: Served = LambdaEndpoint(Route(method, route.path), route.operation, serving)
                served = tracing(route.path, endpoint) if tracing else endpoint
                self.table.add(method, route.path, served)
                if "{" not in route.path and method != ANY:
                    self.direct[method, route.path.encode()] = served

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        if not scope.get("raw_path"):
            scope["raw_path"] = quote(scope["path"]).encode("ascii")
        raw_path = scope["raw_path"].decode("latin-1")
        method = self.serving.api.method(scope["method"], scope["headers"])
        found = self._found(scope, method, raw_path)
        if found is not None:
            # Another method only for the handler: the server goes by the one that it has read.
            asked = scope if method == scope["method"] else {**scope, "method": method}
            await found[0](asked, receive, send, found[1])
        elif is_reserved(raw_path):
            cors = self.serving.cors
            await super().__call__(scope, receive, with_policy(cors, scope, send) if cors else send)
        else:
            await self._unrouted(scope, send, raw_path)

    def _found(self, scope: Any, method: str, raw_path: str) -> tuple[Served, Mapping[str, str]] | None:
        owns_preflights = self.serving.cors is not None and self.serving.api.answers_preflights
        if owns_preflights and is_preflight(method, scope["headers"]):
            return None
        direct = self.direct.get((method, scope["raw_path"]))
        return (direct, _NO_PARAMETERS) if direct is not None else self.table.match(method, raw_path)

    async def _unrouted(self, scope: Any, send: Any, raw_path: str) -> None:
        started = time.perf_counter()
        request_id = self.serving.request_ids(scope["headers"])
        self.serving.project.begin(request_id)
        cors = self.serving.cors
        response = head_refusal(scope, self.serving.settings)
        if response is None and (preflight := self._preflight(scope, self.table.methods(raw_path))) is not None:
            # It has the policy's headers already; applying the policy would take some of them away.
            response, cors = preflight, None
        response = response or self.serving.api.unrouted(scope["headers"])
        await send_response(cors, scope, send, response, request_id)
        seconds = time.perf_counter() - started
        self.serving.metrics.observe("ANY", "unrouted", response.status, seconds)
        log_request(scope["method"], "unrouted", response.status, seconds)

    def _preflight(self, scope: Any, methods: tuple[str, ...]) -> GatewayResponse | None:
        """The answer to a browser's question before its request; None for anything else, and where nothing stands."""
        if not methods or not is_preflight(scope["method"], scope["headers"]):
            return None
        if self.serving.cors is not None:
            return self.serving.cors.preflight(header(scope["headers"], b"origin"), methods)
        headers = self.serving.project.preflight_headers
        return handlers_preflight(methods, headers) if headers else None


def is_reserved(path: str) -> bool:
    """Whether the shell itself answers on a path."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _RESERVED)
