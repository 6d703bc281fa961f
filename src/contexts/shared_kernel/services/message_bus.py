"""Commands go to their one handler, events to all of their followers."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import anyio

from src.contexts.shared_kernel.domain.commands import Command
from src.contexts.shared_kernel.domain.errors import ConflictError, DependencyUnavailable
from src.contexts.shared_kernel.domain.events import Event
from src.contexts.shared_kernel.logging import get_logger
from src.contexts.shared_kernel.services.unit_of_work import UnitOfWork

type MessageHandler = Callable[[Any, Any], Awaitable[None]]
type CommandHandlers = Mapping[type[Command], MessageHandler]
type EventHandlers = Mapping[type[Event], tuple[MessageHandler, ...]]

_TRIES = 5
_NONE: EventHandlers = MappingProxyType({})

_logger = get_logger(__name__)
# The event loop itself holds its tasks weakly.
_tasks: set[asyncio.Task[None]] = set()


@dataclass(slots=True)
class _Progress:
    """How far a command is: from its commit on it can't be taken back any more."""

    committing: bool = False


class MessageBus[U: UnitOfWork]:
    """Runs every command in a unit of work of its own, and the followers of the events that it causes.

    A handler or follower is `async def handler(message, uow) -> None`; it need not commit. What the bus promises:

    - A follower `within` runs in the command's unit of work, before its commit: both take effect, or neither does.
    - A follower of `events` runs after the commit, in a unit of work of its own, before `handle` returns. It runs also
      when another one failed, and when the request ends meanwhile (its client leaves, its time is over): cancelling
      `handle` stops the command before its commit, and stops nothing after that.
    - `handle` returns only when every follower has succeeded. Otherwise it raises `DependencyUnavailable` (503), and
      the sender sends the command again; a process that is killed answers nothing, with the same result.
    - Such a command that is sent again hands its event over again. For that, what must not be lost leaves a mark in the
      command's transaction, and the follower removes the mark in its own (`FormResponse.processed_at` is one). A
      follower that can never succeed must say so itself, by returning.
    - A command or follower that loses a `race` is run again, with a unit of work that `holds` what it gets. If the
      sender named a version, `Entity.require_version` refuses it then.
    """

    def __init__(
        self,
        uow_factory: Callable[[], U],
        commands: CommandHandlers,
        events: EventHandlers = _NONE,
        *,
        within: EventHandlers = _NONE,
    ) -> None:
        self.uow_factory = uow_factory
        self._commands = commands
        self._events = events
        self._within = within

    async def handle(self, command: Command) -> None:
        """Run the command and its followers; raises what the command raises, or `DependencyUnavailable`."""
        progress = _Progress()
        task = asyncio.create_task(self._handle(command, progress))
        _tasks.add(task)
        task.add_done_callback(_forget)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if not progress.committing:
                task.cancel()
                with anyio.CancelScope(shield=True):
                    await asyncio.wait({task})
            raise

    async def _handle(self, command: Command, progress: _Progress) -> None:
        events = deque(await self._run(self._commands[type(command)], command, progress))
        failed = False
        while events:
            event = events.popleft()
            for follower in self._events.get(type(event), ()):
                try:
                    events.extend(await self._run(follower, event, progress))
                except Exception:  # a boundary: the other followers must run, and the sender is told below
                    name = getattr(follower, "__name__", repr(follower))
                    _logger.exception("follower_failed", event_type=type(event).__name__, follower=name)
                    failed = True
        if failed:
            raise DependencyUnavailable("The request was carried out, but not all that follows from it.")

    async def _run(self, handler: MessageHandler, message: Command | Event, progress: _Progress) -> tuple[Event, ...]:
        holds = False
        for _ in range(_TRIES - 1):
            try:
                return await self._run_once(handler, message, progress, holds=holds)
            except ConflictError as error:
                if not error.race:
                    raise
                holds = True
        return await self._run_once(handler, message, progress, holds=True)

    async def _run_once(
        self, handler: MessageHandler, message: Command | Event, progress: _Progress, *, holds: bool
    ) -> tuple[Event, ...]:
        uow = self.uow_factory()
        uow.holds = holds
        async with uow:
            await handler(message, uow)
            events = await self._follow_within(uow)
            progress.committing = True
            await uow.commit()
            return events

    async def _follow_within(self, uow: U) -> tuple[Event, ...]:
        events: list[Event] = []
        while released := uow.release_events():
            events += released
            for event in released:
                for follower in self._within.get(type(event), ()):
                    await follower(event, uow)
        return tuple(events)


def _forget(task: asyncio.Task[None]) -> None:
    _tasks.discard(task)
    if not task.cancelled():
        # `handle` raises it; when the request has ended, the log has it.
        task.exception()
