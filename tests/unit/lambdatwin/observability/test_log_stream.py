"""Whatever a stream leads to: no write waits, whole lines arrive, and those that are lost are counted."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from typing import TextIO

import pytest

from src.lambdatwin.observability.log_stream import LogStream

type Read = Callable[[], bytes]


@pytest.fixture(params=["pipe", "socket"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[TextIO, Read]]:
    """Something that takes bytes until it is full, and what reads all that it holds."""
    if request.param == "pipe":
        read, write = os.pipe()
        os.set_blocking(read, False)
    else:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        read, write = ours.detach(), theirs.detach()

    def drained() -> bytes:
        parts = []
        try:
            while part := os.read(read, 1 << 20):
                parts.append(part)
        except BlockingIOError:
            pass
        return b"".join(parts)

    with os.fdopen(write, "w") as stream:
        yield stream, drained
    os.close(read)


@pytest.mark.parametrize("length", [pytest.param(50, marks=pytest.mark.long), 5_000, 40_000])
def test_lines_that_are_not_read_are_dropped_and_counted(ends: tuple[TextIO, Read], length: int) -> None:
    stream, read = ends
    log = LogStream(stream, json_lines=True)
    for number in range(4_000_000 // length):
        log.write(f"{number} {'x' * length}\n")
    dropped, written = log.lost, read()
    assert dropped > 0
    log.write("after\n")
    written += read()
    log.write("and after\n")
    *lines, end = (written + read()).decode().split("\n")
    taken, (notice, *rest) = lines[: -(end == "") - 2], lines[-3:]
    assert rest == ["after", "and after"]
    assert [int(line.split()[0]) for line in taken] == list(range(len(taken)))
    assert {len(line.split()[1]) for line in taken} == {length}
    told = json.loads(notice)
    assert (told["event"], told["lines"], told["level"]) == ("log_lines_dropped", dropped, "warn")
    assert len(taken) + dropped == 4_000_000 // length


def test_the_flags_of_the_descriptor_are_left_alone() -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w") as stream:
        LogStream(stream).write("a\n")
        assert os.get_blocking(write)
        assert os.read(read, 10) == b"a\n"
    os.close(read)


def test_a_file_is_appended_to_by_all_who_share_it(tmp_path: object) -> None:
    with open(f"{tmp_path}/log", "w+") as file:
        first, second = LogStream(file), LogStream(file)
        for log, line in ((first, "1\n"), (second, "2\n"), (first, "3\n")):
            log.write(line)
        assert os.pread(file.fileno(), 10, 0) == b"1\n2\n3\n"


def test_a_stream_that_is_closed_takes_nothing() -> None:
    log = LogStream(None)
    assert (log.write("a\n"), log.lost, log.isatty()) == (2, 0, False)
