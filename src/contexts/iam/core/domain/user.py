"""Users and the roles they have."""

from dataclasses import dataclass, field

from src.contexts.iam.core.domain.events import AccessLost, UserChanged
from src.contexts.iam.core.domain.role import Role, basic_roles
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import BadValue, NotFoundError

MAX_ID_LENGTH = 128


@dataclass(slots=True, kw_only=True, eq=False)
class User(Entity):
    """A person; the id is the Cognito `sub`.

    `access_lost` marks a loss whose `AccessLost` has not been handed over: what caused it can be asked again.
    """

    roles: frozenset[Role] = field(default_factory=frozenset)
    access_lost: bool = False

    @classmethod
    def register(cls, user_id: str) -> "User":
        """A new user with the basic role in every context; raises `BadValue` for what can be no id."""
        if not 0 < len(user_id) <= MAX_ID_LENGTH or "/" in user_id or any(map(str.isspace, user_id)):
            raise BadValue(f"The id of a user has 1 to {MAX_ID_LENGTH} characters, no slash and no space.")
        user = cls(id=user_id, roles=basic_roles())
        user.record(UserChanged(user_id))
        return user

    def assign(self, role: Role) -> bool:
        """Give a role; false when the user had it."""
        if role in self.roles:
            return False
        self._have(self.roles | {role})
        return True

    def remove(self, role: Role) -> None:
        """Take a role away, the last one again while `access_lost`.

        Raises `NotFoundError` when the user does not have it.
        """
        if role not in self.roles and not self.access_lost:
            raise NotFoundError("Role", f"{role.context}/{role.name}")
        self._have(self.roles - {role})

    def delete(self) -> None:
        """Take every role and all access away."""
        self.discard()
        self._have(frozenset())

    def _have(self, roles: frozenset[Role]) -> None:
        self.roles = roles
        self.access_lost = not roles
        self.record(UserChanged(self.id))
        if self.access_lost:
            self.record(AccessLost(self.id))
