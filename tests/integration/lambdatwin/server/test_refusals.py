"""Requests that nobody can answer as asked: what is owed to others is paid first, and nothing stays behind."""

import asyncio
import json
import re
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.integration.lambdatwin.server.served import Served, request, served

pytestmark = pytest.mark.anyio
_CHUNKED = b"POST /things/bad HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
_RESET = struct.pack("ii", 1, 0)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": True}


class Handlers:
    """A handler that says its id; `waits...` wait until they are released, `raises...` raise."""

    def __init__(self) -> None:
        self.release = asyncio.Event()
        self.waiting: asyncio.Queue[str] = asyncio.Queue()
        self.left: asyncio.Queue[str] = asyncio.Queue()

    async def __call__(self, event: dict[str, Any], context: Any) -> Any:
        name = event["pathParameters"]["id"]
        if name.startswith("waits"):
            self.waiting.put_nowait(name)
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                self.left.put_nowait(name)
                raise
        if name.startswith("large"):
            return {"statusCode": 200, "headers": {}, "body": "x" * 5_000_000}
        return {"statusCode": 200, "headers": {}, "body": json.dumps(name)}

    async def until_it_waits(self) -> str:
        return await asyncio.wait_for(self.waiting.get(), 10)


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]


def abort(writer: asyncio.StreamWriter) -> None:
    """Leave with a reset, as a client that dies does."""
    connection: socket.socket = writer.transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the server's own state, which tells nobody when it changes
            await asyncio.sleep(0)


async def settled(site: Served) -> None:
    """Nothing runs, and nothing is connected."""
    state, services = site.server.server_state, site.app.state.lambdatwin.services
    await until(lambda: not (state.connections or state.tasks or services.running))


async def test_a_client_that_is_lost_costs_no_other_client_its_answer() -> None:
    handlers = Handlers()
    async with served(handlers) as site:
        _, lost = await site.connect()
        # The second request keeps the server from noticing that the client of the first has left.
        lost.write(request("waits-1") + request("b"))
        await handlers.until_it_waits()
        reader, writer = await site.connect()
        writer.write(request("waits-2"))
        await handlers.until_it_waits()
        abort(lost)
        await until(lambda: len(site.server.server_state.connections) == 1)
        handlers.release.set()
        assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        writer.close()
        await settled(site)


async def test_a_client_that_is_lost_with_its_answer_on_the_way_costs_no_other_client_its_own() -> None:
    handlers = Handlers()
    async with served(handlers) as site:
        lost = socket.create_connection(("127.0.0.1", site.port))
        lost.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        lost.sendall(request("waits-1"))
        await handlers.until_it_waits()
        reader, writer = await site.connect()
        writer.write(request("waits-2"))
        await handlers.until_it_waits()
        # Both answers are made in the turn of the loop in which the server hears of the reset.
        handlers.release.set()
        lost.close()
        assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        writer.close()
        await settled(site)


async def test_a_client_that_leaves_a_pipeline_cancels_its_running_handler() -> None:
    handlers = Handlers()
    async with served(handlers) as site:
        _, writer = await site.connect()
        writer.write(request("waits-1") + request("waits-2") + request("waits-3"))
        await handlers.until_it_waits()
        abort(writer)
        assert await asyncio.wait_for(handlers.left.get(), 10) == "waits-1"
        await settled(site)
        assert handlers.waiting.empty()


async def test_a_client_that_only_has_nothing_more_to_say_is_answered() -> None:
    handlers = Handlers()
    async with served(handlers) as site:
        reader, writer = await site.connect()
        writer.write(request("waits-1") + request("b") + request("c"))
        writer.write_eof()
        await handlers.until_it_waits()
        handlers.release.set()
        assert statuses(await asyncio.wait_for(reader.read(), 10)) == [200] * 3
        writer.close()
        for number in range(1, 6):
            reader, writer = await site.connect()
            writer.write(request("a") * number)
            writer.write_eof()
            assert statuses(await asyncio.wait_for(reader.read(), 10)) == [200] * number
            writer.close()
        await settled(site)


async def test_a_client_that_leaves_quietly_cancels_its_handler() -> None:
    handlers = Handlers()
    async with served(handlers) as site:
        _, writer = await site.connect()
        writer.write(request("waits-1") + request("waits-2"))
        await handlers.until_it_waits()
        writer.close()
        assert await asyncio.wait_for(handlers.left.get(), 10) == "waits-1"
        await settled(site)


@pytest.mark.parametrize(
    "bad",
    [b"NONSENSE\r\n\r\n", _CHUNKED + b"ZZ\r\n", b"POST /things/b HTTP/1.1\r\nContent-Length: x\r\n\r\n"],
    ids=["no-request", "no-chunk", "no-length"],
)
@pytest.mark.parametrize("before", [0, 1, 3])
async def test_what_is_malformed_is_refused_after_all_that_is_owed(bad: bytes, before: int) -> None:
    handlers = Handlers()
    async with served(handlers) as site:
        assert statuses(await site.told(b"".join(map(request, range(before))) + bad)) == [200] * before + [400]
        reader, writer = await site.connect()
        writer.write(request("waits") + b"".join(map(request, range(before))) + bad)
        await handlers.until_it_waits()
        handlers.release.set()
        assert statuses(await asyncio.wait_for(reader.read(), 10)) == [200] * (before + 1) + [400]
        writer.close()
        await settled(site)


async def test_a_request_that_has_its_answer_gets_no_second_one() -> None:
    async with served(Handlers()) as site:
        reader, writer = await site.connect()
        writer.write(_CHUNKED.replace(b"/things/bad", b"/nothing"))
        assert b" 403 " in await asyncio.wait_for(reader.readuntil(b'Token"}'), 10)
        writer.write(b"ZZ\r\n")
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()


async def test_a_url_over_the_gateways_limit_is_refused() -> None:
    async with served(Handlers(), keep_alive=0.1) as site:
        assert statuses(await site.told(b"POST /things/" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")) == [414]


@pytest.mark.parametrize("head", [b"POST /things/", b"POST /things/1 HTTP/1.1\r\nX: "], ids=["url", "header"])
async def test_an_endless_head_ends_its_connection(head: bytes) -> None:
    async with served(Handlers()) as site:
        reader, writer = await site.connect()
        with suppress(ConnectionError):
            writer.write(head + b"a" * 3_000_000)
            assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()
        await settled(site)


async def test_a_slow_head_costs_no_earlier_request_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.lambdatwin.connection.HEAD_SECONDS", 0.1)
    handlers = Handlers()
    async with served(handlers) as site:
        reader, writer = await site.connect()
        writer.write(request("waits") + b"POST /thi")
        await handlers.until_it_waits()
        assert await site.told(b"POST /thi") == b""  # begun later, and too slow already
        handlers.release.set()
        assert statuses(await asyncio.wait_for(reader.read(), 10)) == [200]
        writer.close()


async def test_a_slow_head_after_an_answer_keeps_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.lambdatwin.connection.HEAD_SECONDS", 0.1)
    async with served(Handlers()) as site:
        reader, writer = await site.connect()
        writer.write(request("a"))
        await asyncio.wait_for(reader.readuntil(b'"a"'), 10)
        writer.write(b"POST /thi")
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()


@pytest.mark.parametrize("data", [b"PRI * HTTP/2.0\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\r\n\r\n"])
async def test_what_never_becomes_a_request_keeps_no_connection(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("src.lambdatwin.connection.HEAD_SECONDS", 0.1)
    async with served(Handlers()) as site:
        assert await site.told(data) == b""
        await settled(site)


async def test_the_time_of_a_head_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.lambdatwin.connection.HEAD_SECONDS", 0.1)
    handlers = Handlers()
    async with served(handlers) as site:
        reader, writer = await site.connect()
        writer.write(request("waits", b"ab", length=4))
        assert await site.told(b"POST /thi") == b""  # that time has passed
        writer.write(b"cd")
        await handlers.until_it_waits()
        assert await site.told(b"POST /thi") == b""
        handlers.release.set()
        await asyncio.wait_for(reader.readuntil(b'"waits"'), 10)
        writer.write(request("b"))
        await asyncio.wait_for(reader.readuntil(b'"b"'), 10)
        writer.close()


@pytest.mark.parametrize("empty", [b"\r\n", b"\r\n\r\n", b"\r\n\r\n\r\n\r\n\r\n"], ids=["one", "two", "five"])
async def test_empty_lines_in_front_of_a_request_count_for_nothing(empty: bytes) -> None:
    async with served(Handlers(), keep_alive=0.1) as site:
        assert statuses(await site.told(empty + request("a") + empty + request("b"))) == [200, 200]


@pytest.mark.parametrize("first", [b"", b"ab"], ids=["nothing", "a-part"])
async def test_a_body_that_does_not_come_is_waited_for_as_long_as_a_handler(first: bytes) -> None:
    async with served(Handlers(), gateway_timeout=0.1, keep_alive=0.1) as site:
        assert statuses(await site.told(request("a", first, length=5))) == [408]
        assert statuses(await site.told(_CHUNKED)) == [408]
        await settled(site)


async def test_a_client_that_waits_for_a_permission_it_does_not_get_begins_anew() -> None:
    async with served(Handlers()) as site:
        # Whether the second is the first one's body, nobody could tell.
        answer = await site.told(request("a", b"", b"Expect: 100-continue\r\n", 50_000_000) + request("b"))
        assert statuses(answer) == [413]
        assert b"\r\nconnection: close\r\n" in answer


async def test_what_comes_after_an_answer_and_is_no_request_keeps_no_connection() -> None:
    async with served(Handlers(), keep_alive=0.1) as site:
        for before, after in ((request("a"), b"\r\n"), (request("a", b"b", length=50_000_000), b"more of it")):
            reader, writer = await site.connect()
            writer.write(before)
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            writer.write(after)
            await asyncio.wait_for(reader.read(), 10)
            writer.close()


async def test_a_request_for_another_protocol_may_close_and_be_followed() -> None:
    wish = b"Connection: Upgrade, close\r\nUpgrade: h2c\r\n"
    async with served(Handlers()) as site:
        assert statuses(await site.told(request("a", b"body", wish) + request("b"))) == [200]


async def test_a_client_that_takes_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.lambdatwin.connection.STUCK_SECONDS", 0.1)
    async with served(Handlers()) as site:
        for last in (b"", b"Connection: close\r\n"):
            with socket.socket() as client:
                client.setblocking(False)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", site.port))
                await asyncio.get_running_loop().sock_sendall(client, request("large", headers=last) * 3)
                await until(lambda: bool(site.server.server_state.connections))
                await settled(site)


@pytest.mark.parametrize(
    "data",
    [request("waits"), request("a", b"ab", length=5), request("a") + request("waits") + request("b")],
    ids=["handler", "body", "pipeline"],
)
async def test_who_is_cut_off_by_a_stop_is_told_to_come_again(data: bytes) -> None:
    handlers = Handlers()
    async with served(handlers) as site:
        reader, writer = await site.connect()
        writer.write(data)
        await until(lambda: bool(site.server.server_state.tasks))
        site.server.config.timeout_graceful_shutdown = 0  # seconds
        site.server.should_exit = True
        answers = await asyncio.wait_for(reader.read(), 10)
        writer.close()
    assert 503 in statuses(answers)
    assert b"\r\nretry-after: 1\r\n" in answers
    assert b'"error_type": "dependency_error"' in answers


class OtherEnd(BaseException):
    """Neither an error nor an exit."""


async def cancels_itself() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(0)


async def returns_cancelled() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


async def is_cancelled_by_its_child() -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().call_soon(task.cancel)
    await asyncio.Event().wait()


def raises(end: type[BaseException]) -> Callable[[], Awaitable[None]]:
    async def handler() -> None:
        raise end

    return handler


@pytest.mark.parametrize(
    "how",
    [
        *map(raises, (KeyboardInterrupt, asyncio.CancelledError, GeneratorExit, OtherEnd, SystemExit)),
        cancels_itself,
        returns_cancelled,
        is_cancelled_by_its_child,
    ],
)
async def test_whatever_ends_a_handler_is_the_gateways_502(
    how: Callable[[], Awaitable[None]], caplog: pytest.LogCaptureFixture
) -> None:
    """In Lambda it ends the process; the next request gets another one."""

    async def ends(event: dict[str, Any], context: Any) -> Any:
        if event["pathParameters"]["id"] == "a":
            await how()
        return {"statusCode": 200, "body": "still here"}

    async with served(ends) as site:
        answer = await site.told(request("a", headers=b"Connection: close\r\n"))
        later = await site.told(request("b", headers=b"Connection: close\r\n"))
    assert statuses(answer) == [502]
    assert answer.endswith(b'{"message": "Internal server error"}')
    assert statuses(later) == [200]
    assert any("handler_raised" in record.getMessage() for record in caplog.records)
