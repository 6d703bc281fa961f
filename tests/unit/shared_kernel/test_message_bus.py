"""Commands, events, and what happens when one of them fails, loses a race or is cancelled."""

import asyncio
from dataclasses import dataclass

import anyio
import pytest
from structlog.testing import capture_logs

from src.contexts.shared_kernel.domain.commands import Command
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import ConflictError, DependencyUnavailable, StaleVersionError
from src.contexts.shared_kernel.domain.events import Event
from src.contexts.shared_kernel.services.message_bus import MessageBus
from src.contexts.shared_kernel.services.unit_of_work import UnitOfWork

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Ring(Command):
    times: int


@dataclass(frozen=True, slots=True)
class Rang(Event):
    left: int


class Journal(UnitOfWork):
    """A unit of work that writes down what is done with it."""

    def __init__(self, journal: list[str]) -> None:
        self.journal = journal
        self.bell = Entity(id="bell")

    async def _open(self) -> None:
        self.journal.append("open and hold" if self.holds else "open")

    async def _close(self, error: BaseException | None) -> None:
        self.journal.append("failed" if error else "close")

    async def commit(self) -> None:
        self.journal.append("commit")

    def release_events(self) -> tuple[Event, ...]:
        return self.bell.release_events()


async def ring(command: Ring, uow: Journal) -> None:
    uow.journal.append("ring")
    uow.bell.record(Rang(command.times))


async def echo(event: Rang, uow: Journal) -> None:
    uow.journal.append(f"echo {event.left}")
    if event.left > 1:
        uow.bell.record(Rang(event.left - 1))


async def break_down(event: Rang, uow: Journal) -> None:
    uow.bell.record(Rang(100))
    raise OSError("the clapper fell off")


async def refuse(command: Ring, uow: Journal) -> None:
    uow.bell.record(Rang(1))
    raise PermissionError


async def test_an_event_has_a_unit_of_work_of_its_own_after_the_commit() -> None:
    journal: list[str] = []
    bus = MessageBus(lambda: Journal(journal), {Ring: ring}, {Rang: (echo,)})
    await bus.handle(Ring(2))
    assert journal == [
        *("open", "ring", "commit", "close"),
        *("open", "echo 2", "commit", "close"),
        *("open", "echo 1", "commit", "close"),
    ]


async def test_after_a_failing_follower_the_others_run_and_the_sender_is_told() -> None:
    journal: list[str] = []
    bus = MessageBus(lambda: Journal(journal), {Ring: ring}, {Rang: (break_down, echo)})
    with capture_logs() as lines, pytest.raises(DependencyUnavailable):
        await bus.handle(Ring(1))
    assert journal == [
        *("open", "ring", "commit", "close"),
        *("open", "failed"),
        *("open", "echo 1", "commit", "close"),
    ]
    assert [(line["event"], line["follower"], line["log_level"]) for line in lines] == [
        ("follower_failed", "break_down", "error")
    ]


async def test_a_failing_command_commits_nothing_and_tells_nobody() -> None:
    journal: list[str] = []
    bus = MessageBus(lambda: Journal(journal), {Ring: refuse}, {Rang: (echo,)})
    with pytest.raises(PermissionError):
        await bus.handle(Ring(1))
    assert journal == ["open", "failed"]


async def test_a_follower_within_is_committed_with_the_command() -> None:
    journal: list[str] = []
    bus = MessageBus(lambda: Journal(journal), {Ring: ring}, within={Rang: (echo,)})
    await bus.handle(Ring(2))
    assert journal == ["open", "ring", "echo 2", "echo 1", "commit", "close"]


async def test_a_follower_within_that_fails_undoes_the_command() -> None:
    journal: list[str] = []
    bus = MessageBus(lambda: Journal(journal), {Ring: ring}, {Rang: (echo,)}, within={Rang: (break_down,)})
    with pytest.raises(OSError, match="clapper"):
        await bus.handle(Ring(1))
    assert journal == ["open", "ring", "failed"]


@pytest.mark.parametrize("error", [StaleVersionError(race=True), ConflictError("Deadlock.", race=True)])
async def test_who_loses_a_race_runs_again_and_holds(error: ConflictError) -> None:
    journal: list[str] = []
    lost = [error, error]

    async def lose(message: object, uow: Journal) -> None:
        if lost:
            raise lost.pop()

    bus = MessageBus(lambda: Journal(journal), {Ring: lose})
    await bus.handle(Ring(1))
    assert journal == ["open", "failed", "open and hold", "failed", "open and hold", "commit", "close"]


@pytest.mark.parametrize(
    ("error", "tries"),
    [(StaleVersionError("Bell", "1"), 1), (ConflictError("Taken."), 1), (StaleVersionError(race=True), 5)],
)
async def test_a_conflict_that_stays_is_told(error: ConflictError, tries: int) -> None:
    journal: list[str] = []

    async def lose(message: object, uow: Journal) -> None:
        raise error

    with pytest.raises(ConflictError):
        await MessageBus(lambda: Journal(journal), {Ring: lose}).handle(Ring(1))
    assert journal.count("failed") == tries


async def test_the_end_of_the_request_stops_no_follower() -> None:
    journal: list[str] = []
    reached, released, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def follow(event: Rang, uow: Journal) -> None:
        reached.set()
        await released.wait()
        uow.journal.append("followed")
        done.set()

    bus = MessageBus(lambda: Journal(journal), {Ring: ring}, {Rang: (follow,)})
    request = asyncio.create_task(bus.handle(Ring(1)))
    await reached.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert "followed" not in journal
    released.set()
    await done.wait()
    await asyncio.sleep(0)
    assert journal == ["open", "ring", "commit", "close", "open", "followed", "commit", "close"]


async def test_the_end_of_the_request_stops_the_command_before_its_commit() -> None:
    journal: list[str] = []
    reached = asyncio.Event()

    async def wait(command: Ring, uow: Journal) -> None:
        reached.set()
        await asyncio.Event().wait()

    request = asyncio.create_task(MessageBus(lambda: Journal(journal), {Ring: wait}).handle(Ring(1)))
    await reached.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    # Rolled back before the request's end is told.
    assert journal == ["open", "failed"]


async def test_a_time_limit_stops_the_command_before_its_commit() -> None:
    journal: list[str] = []

    async def wait(command: Ring, uow: Journal) -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError), anyio.fail_after(0.01):
        await MessageBus(lambda: Journal(journal), {Ring: wait}).handle(Ring(1))
    assert journal == ["open", "failed"]
