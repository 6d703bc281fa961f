"""The queue in front of Cognito."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest

from src.lambdatwin.auth.cognito import BusyError, RefusedError, UnreachableError
from src.lambdatwin.auth.sessions.fair_queue import FairQueue, QueueLimits, client_of

pytestmark = pytest.mark.anyio

LIMITS = QueueLimits(
    running=2,
    running_per_client=2,
    wait_seconds=30,
    wait_seconds_failing=0.01,
    failures=2,
    refused_seconds=0,
    failed_seconds=0,
)


@dataclass
class Calls:
    """Calls that end when told to."""

    queue: FairQueue = field(default_factory=lambda: FairQueue(LIMITS))
    order: list[str] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    ends: list[asyncio.Event] = field(default_factory=list)

    async def start(self, *clients: str) -> None:
        for client in clients:
            self.tasks.append(asyncio.create_task(self._call(client)))
            await self.settle()

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def end_one(self) -> None:
        self.ends.pop(0).set()
        await self.settle()

    async def end_all(self) -> None:
        while self.ends:
            await self.end_one()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _call(self, client: str) -> None:
        async with self.queue.place(client):
            end = asyncio.Event()
            self.order.append(client)
            self.ends.append(end)
            await end.wait()


async def test_a_client_with_one_call_does_not_wait_behind_all_of_another() -> None:
    calls = Calls()
    await calls.start("flood", "flood", "flood", "flood", "flood", "other")
    assert calls.order == ["flood", "flood"]
    await calls.end_one()
    assert calls.order == ["flood", "flood", "other"]
    await calls.end_all()
    assert len(calls.order) == 6


async def test_no_client_holds_all_places_or_the_whole_line() -> None:
    limits = QueueLimits(running=3, running_per_client=2, waiting=4, waiting_per_client=2, wait_seconds=30)
    calls = Calls(FairQueue(limits))
    await calls.start(*["flood"] * 5)
    assert calls.order == ["flood", "flood"]
    with pytest.raises(BusyError):
        await calls.tasks[-1]
    await calls.start("other")
    assert calls.order[-1] == "other"
    await calls.start("third", "fourth", "fifth")
    with pytest.raises(BusyError):
        await calls.tasks[-1]
    await calls.end_all()


async def test_connections_that_got_no_tokens_lately_wait_apart() -> None:
    queue, order = FairQueue(QueueLimits(running=2, running_per_client=1, refused_seconds=0)), list[str]()

    async def call(connection: str) -> None:
        async with queue.place("one address", connection):
            order.append(connection)

    with pytest.raises(RefusedError):
        async with queue.place("one address", "stranger"):
            raise RefusedError("no such token")
    async with queue.place("another"), queue.place("one address", "stranger"):
        tasks = [asyncio.create_task(call(name)) for name in ("stranger", "stranger", "user")]
        for _ in range(5):
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order[0] == "user"


async def test_a_call_waits_briefly_while_cognito_does_not_answer() -> None:
    calls = Calls()
    for _ in range(LIMITS.failures):
        with pytest.raises(UnreachableError):
            async with calls.queue.place("x"):
                raise UnreachableError("no answer")
    await calls.start("a", "a")
    with pytest.raises(BusyError):
        async with calls.queue.place("b"):
            raise AssertionError("there is no place")
    await calls.end_all()
    with pytest.raises(RefusedError):
        async with calls.queue.place("x"):
            raise RefusedError("an answer, so that calls wait again")
    await calls.start("a", "a", "b")
    await calls.end_one()
    assert calls.order[-1] == "b"
    await calls.end_all()


@pytest.mark.parametrize(("error", "seconds"), [(RefusedError, 0.02), (UnreachableError, 0.04), (None, 0.0)])
async def test_a_failed_call_takes_a_moment(error: type[Exception] | None, seconds: float) -> None:
    limits = QueueLimits(running=1, running_per_client=1, refused_seconds=0.02, failed_seconds=0.04)
    queue, loop = FairQueue(limits), asyncio.get_running_loop()
    started = loop.time()
    with nullcontext() if error is None else pytest.raises(error):
        async with queue.place("a"):
            if error is not None:
                raise error("no tokens")
    assert loop.time() - started >= seconds


@pytest.mark.parametrize("number", [2, 3])
async def test_a_cancelled_wait_loses_no_place(number: int) -> None:
    """Waiting for a place of the client, and for one of all."""
    calls = Calls(FairQueue(QueueLimits(running=2, running_per_client=1)))
    await calls.start("a", "b", "b", "c")
    calls.tasks[number].cancel()
    await calls.settle()
    await calls.end_all()
    assert calls.order == ["a", "b", "c" if number == 2 else "b"]
    await calls.start("d", "e")
    assert calls.order[-2:] == ["d", "e"]
    await calls.end_all()


@pytest.mark.parametrize("behind", ["one", "other"])
async def test_a_place_that_comes_free_as_a_wait_ends_goes_to_the_next(behind: str) -> None:
    calls = Calls(FairQueue(QueueLimits(running=1, running_per_client=1)))
    place = calls.queue.place("one")
    await place.__aenter__()
    await calls.start("one", behind)
    calls.tasks[0].cancel()
    await place.__aexit__(None, None, None)  # before the cancelled task runs
    await calls.settle()
    assert calls.order == [behind]
    await calls.end_all()


def test_a_network_of_one_subscriber_is_one_client() -> None:
    assert client_of("2001:db8:1:2:aaaa::1") == client_of("2001:db8:1:2:bbbb::2")
    assert client_of("2001:db8:1:3::1") != client_of("2001:db8:1:2::1")
    assert client_of("192.0.2.1") != client_of("192.0.2.2")
    assert client_of("::ffff:192.0.2.1") != client_of("::ffff:192.0.2.2")
    assert client_of("a socket") == "a socket"
