"""Users in PostgreSQL."""

from collections.abc import Iterable

from sqlalchemy import and_, select, update
from sqlalchemy.orm import selectinload

from src.contexts.iam.core.adapters.orm import USER_ID_LENGTH, UserRoleRow, UserRow
from src.contexts.iam.core.adapters.queries import USER_QUERIES
from src.contexts.iam.core.domain.role import ADMINISTRATOR, ROLES, Role
from src.contexts.iam.core.domain.user import User
from src.contexts.shared_kernel.adapters.database import PLAIN_READ
from src.contexts.shared_kernel.adapters.repository import SqlRepository
from src.contexts.shared_kernel.domain.seed_user import SeedRole, SeedUser


class SqlUsers(SqlRepository[User, UserRow]):
    """Users with their roles."""

    entity_type = User
    row_type = UserRow
    queries = USER_QUERIES
    options = (selectinload(UserRow.roles),)

    def to_entity(self, row: UserRow) -> User:
        """The user; a role that the table of roles no longer has is passed over."""
        return User(
            id=row.id,
            created_at=row.created_at,
            updated_at=row.updated_at,
            version=row.version,
            discarded=row.discarded,
            access_lost=row.access_lost,
            roles=frozenset(Role(role.context, role.name) for role in row.roles if _is_known(role.context, role.name)),
        )

    def write(self, entity: User, row: UserRow) -> None:
        """Put the user's state into the row and its children."""
        super().write(entity, row)
        kept = {Role(role.context, role.name): role for role in row.roles if _is_known(role.context, role.name)}
        row.roles = [
            kept.get(role) or UserRoleRow(context=role.context, name=role.name) for role in sorted(entity.roles)
        ]

    async def seed_user(self, user_id: str, context: str) -> SeedUser | None:
        """The user with the roles of one context, in one statement; None for a stranger."""
        if len(user_id) > USER_ID_LENGTH or "\x00" in user_id:
            return None
        of_context = and_(UserRoleRow.user_id == UserRow.id, UserRoleRow.context == context)
        statement = (
            select(UserRoleRow.name)
            .select_from(UserRow)
            .outerjoin(UserRoleRow, of_context)
            .where(UserRow.id == user_id, ~UserRow.discarded)
        )
        names = (await self._session.scalars(statement, execution_options=PLAIN_READ)).all()
        roles = (Role(context, name) for name in names if name and _is_known(context, name))
        return SeedUser(user_id, frozenset(map(_seed_role, roles))) if names else None

    async def find_losing(self, user_id: str) -> User | None:
        """Locked; one statement for all but those who are marked."""
        marked = select(UserRow).where(UserRow.id == user_id, UserRow.access_lost).options(*self.options)
        return next(iter(await self._fetch_locked(marked)), None)

    async def forget_loss(self, user_id: str) -> None:
        """One statement."""
        await self._session.execute(update(UserRow).where(UserRow.id == user_id).values(access_lost=False))

    async def lock_administrators(self, contexts: Iterable[str]) -> dict[str, frozenset[str]]:
        """One statement, locking in one order; none for no context."""
        locked: dict[str, frozenset[str]] = dict.fromkeys(contexts, frozenset())
        if not locked:
            return locked
        statement = (
            select(UserRoleRow.context, UserRoleRow.user_id)
            .join(UserRow, UserRow.id == UserRoleRow.user_id)
            .where(UserRoleRow.context.in_(locked), UserRoleRow.name == ADMINISTRATOR, ~UserRow.discarded)
            .order_by(UserRoleRow.context, UserRoleRow.user_id)
            .with_for_update(of=UserRoleRow)
        )
        for context, user_id in await self._session.execute(statement):
            locked[context] |= {user_id}
        return locked


def _is_known(context: str, name: str) -> bool:
    return name in ROLES.get(context, ())


def _seed_role(role: Role) -> SeedRole:
    return SeedRole(role.name, role.context, frozenset(permission.value for permission in role.permissions))
