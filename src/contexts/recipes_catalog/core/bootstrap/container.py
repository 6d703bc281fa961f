"""The composition root of this context."""

from dependency_injector import containers, providers

from src.contexts.recipes_catalog.core.adapters.unit_of_work import RecipesUnitOfWork
from src.contexts.recipes_catalog.core.services.registry import COMMAND_HANDLERS, FOLLOWERS_WITHIN
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.adapters.database import SessionFactory, lambda_session_factory
from src.contexts.shared_kernel.services.message_bus import MessageBus


def make_bus(session_factory: SessionFactory) -> MessageBus[UnitOfWork]:
    """The message bus on a database."""
    return MessageBus(lambda: RecipesUnitOfWork(session_factory), COMMAND_HANDLERS, within=FOLLOWERS_WITHIN)


class Container(containers.DeclarativeContainer):
    """`bootstrap()` gives a message bus; another runtime overrides `session_factory`."""

    session_factory = providers.Callable(lambda_session_factory)
    bootstrap = providers.Factory(make_bus, session_factory)
