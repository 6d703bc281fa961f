"""Users and the roles they have."""

from dataclasses import dataclass, field

from src.contexts.iam.core.domain.events import UserChanged
from src.contexts.iam.core.domain.role import Role, basic_roles
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import NotFoundError


@dataclass(slots=True, kw_only=True, eq=False)
class User(Entity):
    """A person; the id is the Cognito `sub`."""

    roles: frozenset[Role] = field(default_factory=frozenset)

    @classmethod
    def register(cls, user_id: str) -> "User":
        """A new user with the basic role in every context."""
        user = cls(id=user_id, roles=basic_roles())
        user.record(UserChanged(user_id))
        return user

    def assign(self, role: Role) -> bool:
        """Give a role; false when the user had it."""
        if role in self.roles:
            return False
        self.roles |= {role}
        self.record(UserChanged(self.id))
        return True

    def remove(self, role: Role) -> None:
        """Take a role away; raises `NotFoundError` when the user does not have it."""
        if role not in self.roles:
            raise NotFoundError("Role", f"{role.context}/{role.name}")
        self.roles -= {role}
        self.record(UserChanged(self.id))
