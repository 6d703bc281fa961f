"""One function for each command."""

from src.contexts.products_catalog.core.domain.commands import AddProducts
from src.contexts.products_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.services.message_bus import CommandHandlers, EventHandlers


async def add_products(command: AddProducts, uow: UnitOfWork) -> None:
    """Store the products in one transaction."""
    await uow.products.add_all(command.products)


COMMAND_HANDLERS: CommandHandlers = {AddProducts: add_products}
EVENT_HANDLERS: EventHandlers = {}
