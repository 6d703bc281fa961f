"""The development server answers only for its own host names, so that no web page reaches it by DNS rebinding.

A page of another site can let its own name point to 127.0.0.1; the browser then sends that name as `Host`. An address
needs no name server, so any address is accepted.
"""

import socket
from ipaddress import ip_address
from typing import Any

from starlette.responses import PlainTextResponse


class OwnHosts:
    """ASGI middleware: 421 for any other `Host`."""

    def __init__(self, app: Any) -> None:
        self.app, self._own = app, socket.gethostname().lower()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not self._is_own(dict(scope["headers"]).get(b"host", b"")):
            await PlainTextResponse("This server answers for localhost only.\n", 421)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_own(self, host: bytes) -> bool:
        name = host.decode("latin-1").lower()
        name = name.partition("]")[0].removeprefix("[") if name.startswith("[") else name.partition(":")[0]
        own = ("localhost", self._own, f"{self._own}.local")
        return name in own or name.endswith(".localhost") or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
