"""One function for each command, and the followers of events."""

from src.contexts.iam.core.domain.commands import AssignRole, CreateUser, RemoveRole
from src.contexts.iam.core.domain.events import UserChanged
from src.contexts.iam.core.domain.role import ADMINISTRATOR
from src.contexts.iam.core.domain.user import User
from src.contexts.iam.core.services.listeners import tell_listeners
from src.contexts.iam.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.errors import BusinessRuleError
from src.contexts.shared_kernel.services.message_bus import CommandHandlers, EventHandlers


async def create_user(command: CreateUser, uow: UnitOfWork) -> None:
    """Store a new user."""
    await uow.users.add(User.register(command.user_id))


async def assign_role(command: AssignRole, uow: UnitOfWork) -> None:
    """Give the role, once."""
    user = await uow.users.get(command.user_id)
    if user.assign(command.role):
        await uow.users.save(user)


async def remove_role(command: RemoveRole, uow: UnitOfWork) -> None:
    """Take the role, unless the context would be left without an administrator."""
    if command.role.name == ADMINISTRATOR:
        # Locked before the user is read: of two who remove the last two administrators, the second sees one left.
        administrators = await uow.users.lock_administrators(command.role.context)
        if administrators == {command.user_id}:
            raise BusinessRuleError("The last administrator cannot lose the role.")
    user = await uow.users.get(command.user_id)
    user.remove(command.role)
    await uow.users.save(user)


async def announce_change(event: UserChanged, _: UnitOfWork) -> None:
    """Tell the listeners of this process."""
    tell_listeners(event.user_id)


COMMAND_HANDLERS: CommandHandlers = {CreateUser: create_user, AssignRole: assign_role, RemoveRole: remove_role}
EVENT_HANDLERS: EventHandlers = {UserChanged: (announce_change,)}
