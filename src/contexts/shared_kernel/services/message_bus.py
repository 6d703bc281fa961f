"""Commands go to their one handler, events to all of theirs."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from src.contexts.shared_kernel.domain.commands import Command
from src.contexts.shared_kernel.domain.events import Event
from src.contexts.shared_kernel.logging import get_logger
from src.contexts.shared_kernel.services.unit_of_work import UnitOfWork

type MessageHandler = Callable[[Any, Any], Awaitable[None]]
type CommandHandlers = Mapping[type[Command], MessageHandler]
type EventHandlers = Mapping[type[Event], tuple[MessageHandler, ...]]

_logger = get_logger(__name__)


class MessageBus[U: UnitOfWork]:
    """Runs every command in a unit of work of its own, then the events that it caused.

    A handler is `async def handler(message, uow) -> None`; it need not commit. An event handler that fails is logged
    and undoes nothing: the command was committed before.
    """

    def __init__(self, uow_factory: Callable[[], U], commands: CommandHandlers, events: EventHandlers) -> None:
        self.uow_factory = uow_factory
        self._commands = commands
        self._events = events

    async def handle(self, command: Command) -> None:
        """Run the command; returns after its events were handled."""
        queue = deque(await self._run(self._commands[type(command)], command))
        while queue:
            event = queue.popleft()
            for handler in self._events.get(type(event), ()):
                queue.extend(await self._run_event_handler(handler, event))

    async def _run(self, handler: MessageHandler, message: Command | Event) -> tuple[Event, ...]:
        async with self.uow_factory() as uow:
            await handler(message, uow)
            await uow.commit()
            return uow.release_events()

    async def _run_event_handler(self, handler: MessageHandler, event: Event) -> tuple[Event, ...]:
        try:
            return await self._run(handler, event)
        except Exception:
            # A boundary: the command is committed and its sender must hear so, whatever its followers do.
            name = getattr(handler, "__name__", repr(handler))
            _logger.exception("event handler failed", event_type=type(event).__name__, handler=name)
            return ()
