"""How many handlers may run at the same time in one process.

Beyond that a request would only wait for others: the client is told at once to come back. Nearly all handlers ask the
database, so the number goes with its connections: who stands further back in that line only slows those in front.
A request whose body is still arriving does not count, so that slow clients take no place from others.
"""

MOST_AT_ONCE = 1000
_HANDLERS_PER_CONNECTION = 100


class Admission:
    """Counts running handlers; only the event loop's thread touches it, so it needs no lock."""

    __slots__ = ("most", "running")

    def __init__(self, connections: int) -> None:
        self.most = min(MOST_AT_ONCE, _HANDLERS_PER_CONNECTION * connections)
        self.running = 0
