"""Bounds the calls to Cognito that run and wait in this process, and shares them between clients.

A refresh token is checked by Cognito alone, so any client can make this process call it. Without bounds a Cognito that
hangs, or a client that sends random tokens, would hold all places, and genuine refreshes would wait behind them. A
client waits behind its own calls first, so that no other one waits behind all of them. Its calls on connections that
got no tokens lately wait apart: behind one address there may be strangers and users.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from random import uniform
from weakref import WeakValueDictionary

from ..cache import Bounded
from ..cognito import BusyError, CognitoError, UnreachableError


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """Calls and seconds. After `failures` calls in a row without an answer a call waits for a place only
    `wait_seconds_failing`: it would most likely fail, and its client had better hear so early. A refused call takes
    `refused_seconds` at least, one without an answer `failed_seconds`: clients that ask again at once would otherwise
    take the event loop from all others."""

    running: int = 16
    running_per_client: int = 7  # and as many of suspect connections
    waiting: int = 1024
    waiting_per_client: int = 768
    wait_seconds: float = 15.0
    wait_seconds_failing: float = 3.0
    failures: int = 5
    refused_seconds: float = 0.12
    failed_seconds: float = 1.0
    suspect_seconds: float = 60.0


class _Client:
    def __init__(self, most: int) -> None:
        self.places, self.waiting = asyncio.Semaphore(most), 0


class FairQueue:
    """Belongs to one event loop."""

    def __init__(self, limits: QueueLimits | None = None) -> None:
        self._limits = limits or QueueLimits()
        self._places = asyncio.Semaphore(self._limits.running)
        # A client is held by those of its calls alone that run or wait.
        self._clients: WeakValueDictionary[str, _Client] = WeakValueDictionary()
        self._suspects: Bounded[str, bool] = Bounded(10_000)
        self._waiting = self._failures = 0

    @asynccontextmanager
    async def place(self, name: str, connection: str = "") -> AsyncIterator[None]:
        """Hold one of a client's places while the block runs; raises `BusyError` when there is none in time.

        `connection` names the one that the call came on; empty where the client has proved who it is.
        """
        now = asyncio.get_running_loop().time
        client = self._client(name, connection, now())
        await self._enter(client)
        entered = now()
        try:
            yield
            self._failures = 0
            self._suspects.discard(connection)
        except CognitoError as error:
            unanswered = isinstance(error, UnreachableError)
            self._failures = self._failures + 1 if unanswered else 0
            least = self._limits.failed_seconds if unanswered else self._limits.refused_seconds
            await asyncio.sleep(entered + least - now())
            raise
        finally:
            self._places.release()
            client.places.release()

    def _client(self, name: str, connection: str, now: float) -> _Client:
        line = f"{name} suspect" if self._suspects.get(connection, now) else name
        if connection:  # until the call succeeds
            self._suspects.put(connection, True, now, now + self._limits.suspect_seconds)
        return self._clients.setdefault(line, _Client(self._limits.running_per_client))

    async def _enter(self, client: _Client) -> None:
        limits = self._limits
        if self._waiting >= limits.waiting or client.waiting >= limits.waiting_per_client:
            raise BusyError("the queue is full")
        failing = self._failures >= limits.failures
        seconds = limits.wait_seconds_failing if failing else limits.wait_seconds
        self._waiting += 1
        client.waiting += 1
        try:
            # Clients that came together must not be answered, and come again, all in one turn of the loop.
            async with asyncio.timeout(seconds * uniform(0.5, 1.0)):  # noqa: S311 - no secret
                await self._acquire(client)
        except TimeoutError:
            raise BusyError("no free place in time") from None
        finally:
            self._waiting -= 1
            client.waiting -= 1

    async def _acquire(self, client: _Client) -> None:
        await client.places.acquire()
        try:
            await self._places.acquire()
        except BaseException:
            client.places.release()
            raise


def client_of(address: str) -> str:
    """One name for all addresses that one client can use: an IPv6 subscriber has a whole /64 network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address) or parsed.ipv4_mapped:
        return address
    return str(IPv6Address(int(parsed) >> 64 << 64))
