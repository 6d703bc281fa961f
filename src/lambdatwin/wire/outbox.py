"""Answers on their way to the sockets: those of one turn of the event loop leave together.

A write of its own for each answer wakes a sleeping client each time, which costs the kernel as much as the rest of the
way. Answers of one connection keep their order.
"""

import asyncio
from contextvars import copy_context
from time import perf_counter
from typing import Any

LONGEST_DELAY = 0.001  # seconds


class Outbox:
    """Bytes by connection; `flush` writes them. Only the event loop's thread comes here."""

    __slots__ = ("_context", "_loop", "_since", "_waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        # Not a request's: what follows an answer belongs to another one.
        self._context = copy_context()
        self._waiting: list[tuple[asyncio.Transport, bytes]] = []
        self._since = 0.0

    def put(self, transport: asyncio.Transport, data: bytes) -> None:
        """Write soon: when this turn of the loop is over, or what waits has waited long enough."""
        self._waiting.append((transport, data))
        if len(self._waiting) == 1:
            self._since = perf_counter()
            self._loop.call_soon(self.flush, context=self._context)
        elif perf_counter() - self._since > LONGEST_DELAY:
            self.flush()

    def flush(self) -> None:
        """Write everything now."""
        waiting, self._waiting = self._waiting, []
        for transport, data in waiting:
            # One that is lost by now would raise, and cost the others their answers.
            if not transport.is_closing():
                transport.write(data)


def outbox_of(server_state: Any, loop: asyncio.AbstractEventLoop) -> Outbox:
    """The one of all connections of a server."""
    outbox: Outbox | None = vars(server_state).get("outbox")
    if outbox is None:
        outbox = server_state.outbox = Outbox(loop)
    return outbox
