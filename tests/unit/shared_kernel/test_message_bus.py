"""Commands, events, and what happens when one of them fails."""

from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs

from src.contexts.shared_kernel.domain.commands import Command
from src.contexts.shared_kernel.domain.entity import Entity
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
        self.journal.append("open")

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


async def test_a_failing_follower_stops_neither_the_command_nor_the_others() -> None:
    journal: list[str] = []
    bus = MessageBus(lambda: Journal(journal), {Ring: ring}, {Rang: (break_down, echo)})
    with capture_logs() as lines:
        await bus.handle(Ring(1))
    assert journal == [
        *("open", "ring", "commit", "close"),
        *("open", "failed"),
        *("open", "echo 1", "commit", "close"),
    ]
    assert [(line["event"], line["handler"], line["log_level"]) for line in lines] == [
        ("event handler failed", "break_down", "error")
    ]


async def test_a_failing_command_commits_nothing_and_tells_nobody() -> None:
    journal: list[str] = []
    bus = MessageBus(lambda: Journal(journal), {Ring: refuse}, {Rang: (echo,)})
    with pytest.raises(PermissionError):
        await bus.handle(Ring(1))
    assert journal == ["open", "failed"]
