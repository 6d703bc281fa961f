"""What can be asked of the repository of users."""

from dataclasses import dataclass

from sqlalchemy import exists, not_

from src.contexts.iam.core.adapters.orm import UserRoleRow, UserRow
from src.contexts.shared_kernel.adapters.filters.fields import by_moment, by_text
from src.contexts.shared_kernel.adapters.filters.operators import Condition, Operator
from src.contexts.shared_kernel.adapters.filters.query import Query
from src.contexts.shared_kernel.adapters.filters.values import text, values_of


@dataclass(frozen=True, slots=True)
class RoleFilter:
    """Users with one of the roles in any context, or with none of them."""

    operators: frozenset[Operator] = frozenset({Operator.EQUALS, Operator.NOT_IN})

    def condition(self, operator: Operator, name: str, raw: object) -> Condition:
        """The condition for names of roles."""
        names = [text(name, value) for value in values_of(name, raw)]
        has_one = exists().where(UserRoleRow.user_id == UserRow.id, UserRoleRow.name.in_(names))
        return has_one if operator is Operator.EQUALS else not_(has_one)


USER_QUERIES = Query(
    filters={"id": by_text(UserRow.id), "role": RoleFilter(), "created_at": by_moment(UserRow.created_at)},
    sorts={"id": UserRow.id, "created_at": UserRow.created_at, "updated_at": UserRow.updated_at},
    tie=UserRow.id,
)
