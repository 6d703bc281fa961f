"""How many handlers may run at the same time in one process.

Beyond that a request would only wait for others: the client is told at once to come back. Nearly all handlers ask the
database, so the number goes with its connections: who stands further back in that line only slows those in front.
Whoever is still sending his request does not count, so that slow clients take no place from others.
"""

import json

from src.contexts.shared_kernel.domain.errors import DependencyUnavailable
from src.contexts.shared_kernel.middleware.error_table import error_body, kind_of
from src.contexts.shared_kernel.middleware.headers import JSON_HEADERS

from .gateway.http import GatewayResponse

MOST_AT_ONCE = 1000
_HANDLERS_PER_CONNECTION = 100


class Admission:
    """Counts running handlers; only the event loop's thread touches it, so it needs no lock."""

    __slots__ = ("most", "running")

    def __init__(self, connections: int) -> None:
        self.most = min(MOST_AT_ONCE, _HANDLERS_PER_CONNECTION * connections)
        self.running = 0

    @staticmethod
    def refusal() -> GatewayResponse:
        """503 with the documented error body."""
        return _come_again("The service has too much to do right now.")


def stopping() -> GatewayResponse:
    """The answer to a request that the process has no time for any more: another one may."""
    return _come_again("The service is being restarted.")


def _come_again(sentence: str) -> GatewayResponse:
    error = DependencyUnavailable(sentence)
    headers = {**JSON_HEADERS, "Retry-After": "1"}
    lines = tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
    return GatewayResponse(503, lines, json.dumps(error_body(error, kind_of(error))).encode())
