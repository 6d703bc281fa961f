"""Bounds the calls to Cognito that run and wait in this process, and shares them fairly between clients.

A refresh token is checked by Cognito alone, so any client can make this process call it. Without bounds a Cognito that
hangs, or a client that sends random tokens, would hold all connections, and genuine refreshes would wait behind them.
Free places go to the waiting clients in turn, however many calls each of them has waiting. Calls on a connection that
got no tokens lately wait behind all others: behind one address there may be strangers and users. The place of a call
that failed stays taken for a moment: clients that try again at once would otherwise take the event loop from all
others.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from random import uniform

from ..cache import Bounded
from ..cognito import BusyError, UnreachableError


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """Calls and seconds. After `failures` calls in a row without an answer a call waits for a place only
    `wait_seconds_failing`: it would most likely fail, and its client had better hear so early. The place of a refused
    call is taken for `refused_seconds` at least, that of one without an answer for `failed_seconds`."""

    running: int = 16
    running_per_client: int = 12
    waiting: int = 1024
    waiting_per_client: int = 768
    wait_seconds: float = 15.0
    wait_seconds_failing: float = 3.0
    failures: int = 5
    refused_seconds: float = 0.12
    failed_seconds: float = 1.0
    suspect_seconds: float = 60.0


_MOST_SUSPECTS = 10_000

type Line = tuple[bool, str]
"""Where a call waits: whether its connection is suspect, and its client."""


class FairQueue:
    """Belongs to one event loop; it alone touches the counts, so they need no lock."""

    def __init__(self, limits: QueueLimits | None = None) -> None:
        self._limits = limits or QueueLimits()
        self._running: Counter[str] = Counter()
        self._waiting: dict[Line, deque[asyncio.Future[None]]] = {}
        self._suspects: Bounded[str, bool] = Bounded(_MOST_SUSPECTS)
        self._failures = 0

    @asynccontextmanager
    async def place(self, client: str, connection: str = "") -> AsyncIterator[None]:
        """Hold one of the places while the block runs; raises `BusyError` when there is none in time.

        `connection` names the one that the call came on; empty where the client has proved who it is.
        """
        loop = asyncio.get_running_loop()
        is_suspect = self._suspects.get(connection, loop.time()) is not None
        if connection:  # until the call succeeds
            self._suspects.put(connection, True, loop.time(), loop.time() + self._limits.suspect_seconds)
        await self._enter((is_suspect, client))
        entered, least = loop.time(), 0.0
        try:
            yield
            self._failures = 0
            self._suspects.discard(connection)
        except UnreachableError:
            self._failures += 1
            least = self._limits.failed_seconds
            raise
        except BaseException:
            self._failures = 0
            least = self._limits.refused_seconds
            raise
        finally:
            left = entered + least - loop.time()
            if left > 0:
                loop.call_later(left, self._leave, client)
            else:
                self._leave(client)

    async def _enter(self, line: Line) -> None:
        limits, client = self._limits, line[1]
        if (False, client) not in self._waiting and line not in self._waiting and self._may_run(client):
            self._running[client] += 1
            return
        waiting = sum(map(len, self._waiting.values()))
        if waiting >= limits.waiting or len(self._waiting.get(line, ())) >= limits.waiting_per_client:
            raise BusyError("the queue is full")
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(line, deque()).append(turn)
        failing = self._failures >= limits.failures
        seconds = limits.wait_seconds_failing if failing else limits.wait_seconds
        try:
            # Clients that came together must not be answered, and come again, all in one turn of the loop.
            async with asyncio.timeout(seconds * uniform(0.5, 1.0)):  # noqa: S311 - no secret
                await turn
        except BaseException as error:
            self._give_up(line, turn)
            if isinstance(error, TimeoutError):
                raise BusyError("no free place in time") from None
            raise

    def _may_run(self, client: str) -> bool:
        free = self._running.total() < self._limits.running
        return free and self._running[client] < self._limits.running_per_client

    def _leave(self, client: str) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        self._start_next()

    def _start_next(self) -> None:
        """Give a free place to the client whose turn it is; the client goes to the end, suspects come last."""
        for line in sorted(self._waiting, key=lambda line: line[0]):
            client = line[1]
            if not self._may_run(client):
                continue
            turns = self._waiting.pop(line)
            while turns and turns[0].done():  # its wait has ended in this very turn of the loop
                turns.popleft()
            if not turns:
                continue
            self._running[client] += 1
            turns.popleft().set_result(None)
            if turns:
                self._waiting[line] = turns
            return

    def _give_up(self, line: Line, turn: asyncio.Future[None]) -> None:
        if not turn.cancelled():
            self._leave(line[1])  # the place was given just when the wait ended
            return
        turns = self._waiting.get(line, deque())
        if turn in turns:
            turns.remove(turn)
        if not turns:
            self._waiting.pop(line, None)


def client_of(address: str) -> str:
    """One name for all addresses that one client can use: an IPv6 subscriber has a whole /64 network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return address if parsed.ipv4_mapped else str(IPv6Address(int(parsed) >> 64 << 64))
