"""The users to start with."""

from src.contexts.iam.core.adapters.unit_of_work import IamUnitOfWork
from src.contexts.iam.core.domain.role import ADMINISTRATOR, ROLES, Role, basic_roles
from src.contexts.iam.core.domain.user import User
from src.contexts.shared_kernel.adapters.database import SessionFactory

ADMINISTRATOR_ID = "11111111-1111-4111-8111-111111111111"
PLAIN_USER_ID = "22222222-2222-4222-8222-222222222222"


async def seed(session_factory: SessionFactory) -> None:
    """Store an administrator of all contexts and a plain user, once."""
    administrator = frozenset(Role(context, ADMINISTRATOR) for context in ROLES)
    users = (User(id=ADMINISTRATOR_ID, roles=administrator), User(id=PLAIN_USER_ID, roles=basic_roles()))
    async with IamUnitOfWork(session_factory) as uow:
        await uow.users.add_all(users)
        await uow.commit()
