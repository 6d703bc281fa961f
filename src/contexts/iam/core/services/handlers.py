"""One function for each command, and the followers of events."""

from src.contexts.iam.core.domain.commands import AssignRole, CreateUser, DeleteUser, RemoveRole
from src.contexts.iam.core.domain.events import AccessLost, UserChanged
from src.contexts.iam.core.domain.policies import require_deleter, require_giver
from src.contexts.iam.core.domain.role import ADMINISTRATOR, ROLES
from src.contexts.iam.core.domain.user import User
from src.contexts.iam.core.services.listeners import tell_change, tell_loss
from src.contexts.iam.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.errors import BusinessRuleError, ConflictError
from src.contexts.shared_kernel.services.message_bus import CommandHandlers, EventHandlers


async def create_user(command: CreateUser, uow: UnitOfWork) -> None:
    """Store a new user."""
    await uow.users.add(User.register(command.user_id))


async def delete_user(command: DeleteUser, uow: UnitOfWork) -> None:
    """Delete the user, unless a context would be left without an administrator."""
    # Locked before the user is read: of two deletions of the last two administrators, the second sees one left.
    administrators = await uow.users.lock_administrators(ROLES)
    if {command.user_id} in administrators.values():
        raise ConflictError("The last administrator of a context cannot be deleted.")
    user = await uow.users.find_losing(command.user_id) or await uow.users.get(command.user_id)
    require_deleter(await _actor(command.actor_id, uow), user)
    user.delete()
    await uow.users.save(user)


async def assign_role(command: AssignRole, uow: UnitOfWork) -> None:
    """Give the role, once."""
    require_giver(await _actor(command.actor_id, uow), command.role)
    user = await uow.users.get(command.user_id)
    if user.assign(command.role):
        await uow.users.save(user)


async def remove_role(command: RemoveRole, uow: UnitOfWork) -> None:
    """Take the role, unless the context would be left without an administrator."""
    context = command.role.context
    # Locked first, as for a deletion.
    locked = [context] if command.role.name == ADMINISTRATOR else []
    administrators = await uow.users.lock_administrators(locked)
    require_giver(await _actor(command.actor_id, uow), command.role)
    if administrators.get(context) == frozenset({command.user_id}):
        raise BusinessRuleError("The last administrator cannot lose the role.")
    user = await uow.users.get(command.user_id)
    user.remove(command.role)
    await uow.users.save(user)


async def announce_change(event: UserChanged, _: UnitOfWork) -> None:
    """Tell the listeners of this process."""
    tell_change(event.user_id)


async def end_logins(event: AccessLost, uow: UnitOfWork) -> None:
    """Tell whatever keeps logins in this process, unless that is done or the user has access again."""
    if await uow.users.find_losing(event.user_id) is not None:
        await tell_loss(event.user_id)
        await uow.users.forget_loss(event.user_id)


async def _actor(user_id: str, uow: UnitOfWork) -> User:
    actor = await uow.users.find(user_id)
    if actor is None:
        raise PermissionError("The user who asks does not exist any more.")
    return actor


COMMAND_HANDLERS: CommandHandlers = {
    CreateUser: create_user,
    DeleteUser: delete_user,
    AssignRole: assign_role,
    RemoveRole: remove_role,
}
EVENT_HANDLERS: EventHandlers = {UserChanged: (announce_change,), AccessLost: (end_logins,)}
