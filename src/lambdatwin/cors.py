"""The app's own CORS policy as middleware, where the settings name origins."""

from collections.abc import Callable
from typing import Any

from .gateway.cors import CorsPolicy, header, is_preflight
from .gateway.http import GatewayResponse

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class CorsMiddleware:
    """Answers every preflight, and puts the policy on every answer in place of what a handler said of origins.

    `methods(scope)` are those that a path is declared with; a path of the shell's own allows all.
    """

    def __init__(self, app: Any, *, policy: CorsPolicy, methods: Callable[[Any], tuple[str, ...]]) -> None:
        self._app, self._policy, self._methods = app, policy, methods

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, unless it is a preflight."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origin = header(scope["headers"], b"origin")
        if is_preflight(scope["method"], scope["headers"]):
            answer = self._policy.preflight(origin, self._methods(scope) or _METHODS)
            headers = [*answer.headers, (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_with_policy(message: Any) -> None:
            if message["type"] == "http.response.start":
                lines = tuple((bytes(name).lower(), bytes(value)) for name, value in message.get("headers", ()))
                applied = self._policy.applied(GatewayResponse(message["status"], lines, b""), origin)
                message = {**message, "headers": list(applied.headers)}
            await send(message)

        await self._app(scope, receive, send_with_policy)
