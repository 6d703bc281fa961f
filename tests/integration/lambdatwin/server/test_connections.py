"""One connection, many requests: over a real socket, in one packet or in pieces, in order, and ended in time."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import pytest

from src.contexts.shared_kernel.correlation import correlation_id
from tests.integration.lambdatwin.server.served import request
from tests.integration.lambdatwin.server.served import served as serving

pytestmark = pytest.mark.anyio
type Event = dict[str, Any]
type Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


_LEFT_BEHIND: ContextVar[str] = ContextVar("left_behind", default="nothing")
_RELEASED = "1800"


async def echo(event: Event, context: Any) -> Any:
    """Says which request it was, whose correlation id it runs under after it has waited, and what it has found."""
    found, number = _LEFT_BEHIND.get(), event["pathParameters"]["id"]
    _LEFT_BEHIND.set(number)
    for _ in range(int(number) % 3):
        await asyncio.sleep(0)
    if number == _RELEASED:
        await release().wait()
    told = {"id": number, "body": event["body"], "under": correlation_id(), "found": found}
    return {"statusCode": 200, "headers": {}, "body": json.dumps(told)}


def release() -> asyncio.Event:
    """What one request of this test waits for."""
    loop: Any = asyncio.get_running_loop()
    return vars(loop).setdefault("release", asyncio.Event())  # type: ignore[no-any-return]


@asynccontextmanager
async def served(keep_alive: float = 75.0) -> AsyncIterator[int]:
    """The port of a server of this loop."""
    async with serving(echo, keep_alive) as site:
        yield site.port


async def reply(reader: asyncio.StreamReader) -> tuple[int, Any]:
    """Status and body of the next answer; its handler must have run under the answer's own id."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    told = json.loads(await reader.readexactly(int(length[15:])))
    assert b"x-request-id: %b\r\n" % told.pop("under").encode() in head
    assert told.pop("found") == "nothing"
    return int(head[9:12]), told


@pytest.mark.parametrize("step", [1, 3], ids=["some-wait", "none-waits"])
async def test_a_long_pipeline_in_one_packet_is_answered_in_order(step: int) -> None:
    numbers = range(0, 600 * step, step)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"".join(request(number, b"body %d" % number) for number in numbers if str(number) != _RELEASED))
        answers = [await reply(reader) for number in numbers if str(number) != _RELEASED]
        writer.close()
    assert answers == [(200, {"id": str(n), "body": f"body {n}"}) for n in numbers if str(n) != _RELEASED]


async def test_a_request_in_single_bytes_is_one_request() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for byte in request(7, b"a body in pieces"):
            writer.write(bytes([byte]))
            await writer.drain()
        assert await reply(reader) == (200, {"id": "7", "body": "a body in pieces"})
        writer.close()


async def test_what_is_malformed_is_refused_after_the_answers_before_it() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(0))
        assert (await reply(reader))[0] == 200
        writer.write(b"NONSENSE\r\n\r\n")
        rest = await asyncio.wait_for(reader.read(), 10)
        writer.close()
    assert rest.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("pieces", [1, 7])
async def test_a_wish_for_another_protocol_is_passed_over(pieces: int) -> None:
    wish = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    data = request(1, b"a body", wish) + b"".join(request(2, b"the next", wish) for _ in range(500)) + request(3)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for at in range(0, len(data), len(data) // pieces):
            writer.write(data[at : at + len(data) // pieces])
            await writer.drain()
        answers = [await reply(reader) for _ in range(502)]
        writer.close()
    assert answers == [
        (200, {"id": "1", "body": "a body"}),
        *[(200, {"id": "2", "body": "the next"})] * 500,
        (200, {"id": "3", "body": None}),
    ]


async def test_a_tunnel_is_refused() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere\r\n\r\n")
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("last", [b"Connection: close\r\n", b""])
async def test_an_answer_is_complete_before_its_connection_is_closed(last: bytes) -> None:
    data = request(4, b"x" * 100_000, last)
    if not last:
        data = data.replace(b"HTTP/1.1", b"HTTP/1.0")
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        status, told = await reply(reader)
        assert (status, len(told["body"])) == (200, 100_000)
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()


async def test_only_an_idle_connection_is_closed() -> None:
    async with served(keep_alive=0.3) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(1))
        await reply(reader)
        writer.write(request(int(_RELEASED)))
        for _ in range(2):
            idle, closing = await asyncio.open_connection("127.0.0.1", port)
            closing.write(request(1))
            await reply(idle)
            assert await asyncio.wait_for(idle.read(), 10) == b""
            closing.close()
        release().set()
        assert (await reply(reader))[0] == 200
        writer.close()
