"""Lines that are gathered: all of them, whole, in order, together, and never later than a turn of the loop."""

import asyncio
import os
import threading
from collections.abc import Iterator

import pytest

from src.contexts.shared_kernel.log_writers import GatheringLogger

pytestmark = pytest.mark.anyio


class Reader:
    """The other end of a pipe."""

    def __init__(self) -> None:
        self.descriptor, write = os.pipe()
        os.set_blocking(self.descriptor, False)
        self.stream = os.fdopen(write, "w")

    def read(self) -> str:
        try:
            return os.read(self.descriptor, 1 << 20).decode()
        except BlockingIOError:
            return ""


@pytest.fixture
def pipe() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.stream.close()
    os.close(reader.descriptor)


def test_outside_a_loop_a_line_is_written_at_once(pipe: Reader) -> None:
    GatheringLogger(pipe.stream).msg("one")
    assert pipe.read() == "one\n"


async def test_the_lines_of_one_turn_are_written_when_it_is_over(pipe: Reader) -> None:
    logger = GatheringLogger(pipe.stream)
    logger.msg("one")
    assert pipe.read() == ""
    logger.msg("two \udc80")
    await asyncio.sleep(0)
    assert pipe.read() == "one\ntwo \\udc80\n"
    logger.msg("three")
    logger.flush()
    assert pipe.read() == "three\n"


async def test_a_line_does_not_wait_long_for_a_turn_that_does_not_end(pipe: Reader) -> None:
    logger = GatheringLogger(pipe.stream)
    for number in range(4_000):
        logger.msg(f"line {number}")
        if written := pipe.read():
            assert written.splitlines() == [f"line {one}" for one in range(number + 1)]
            return
    raise AssertionError("nothing was written")


async def test_lines_of_other_threads_are_neither_lost_nor_torn(pipe: Reader) -> None:
    logger = GatheringLogger(pipe.stream)
    start = threading.Barrier(4)

    def write(name: str) -> None:
        start.wait()
        for number in range(200):
            logger.msg(f"{name} {number}")

    writers = [asyncio.to_thread(write, name) for name in "abc"]
    gathered = asyncio.gather(*writers)
    await asyncio.to_thread(start.wait)
    for number in range(200):
        logger.msg(f"here {number}")
        await asyncio.sleep(0)
    await gathered
    logger.flush()
    lines = pipe.read().splitlines()
    for name in ("a", "b", "c", "here"):
        assert [line for line in lines if line.startswith(f"{name} ")] == [f"{name} {n}" for n in range(200)]
    assert len(lines) == 800


async def test_what_cannot_be_written_is_counted() -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w") as stream:
        os.close(read)
        logger = GatheringLogger(stream)
        for _ in range(3):
            logger.msg("a line")
        await asyncio.sleep(0)
    assert logger.lost == 3
