"""Roles: sets of permissions within a context."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.permissions import Permission

P = Permission
ADMINISTRATOR = "administrator"
USER = "user"

# What every context offers, and what only some do.
_COMMON: Mapping[str, frozenset[P]] = MappingProxyType(
    {
        USER: frozenset({P.ACCESS_BASIC_FEATURES}),
        "auditor": frozenset({P.ACCESS_BASIC_FEATURES, P.VIEW_AUDIT_LOG}),
        "developer": frozenset({P.ACCESS_BASIC_FEATURES, P.ACCESS_DEVELOPER_TOOLS, P.VIEW_AUDIT_LOG}),
        "support_staff": frozenset({P.ACCESS_BASIC_FEATURES, P.ACCESS_SUPPORT, P.VIEW_AUDIT_LOG}),
    }
)
_SPECIAL: Mapping[str, Mapping[str, frozenset[P]]] = MappingProxyType(
    {
        "iam": {
            "user_manager": frozenset({P.ACCESS_BASIC_FEATURES, P.MANAGE_USERS}),
            "role_manager": frozenset({P.ACCESS_BASIC_FEATURES, P.MANAGE_USERS, P.MANAGE_ROLES}),
        },
        "products_catalog": {
            "product_manager": frozenset({P.ACCESS_BASIC_FEATURES, P.MANAGE_PRODUCTS}),
        },
        "recipes_catalog": {
            "recipe_manager": frozenset({P.ACCESS_BASIC_FEATURES, P.MANAGE_RECIPES}),
            "meal_manager": frozenset({P.ACCESS_BASIC_FEATURES, P.MANAGE_MEALS, P.MANAGE_RECIPES}),
            "menu_manager": frozenset({P.ACCESS_BASIC_FEATURES, P.MANAGE_MENUS}),
            "client_manager": frozenset({P.ACCESS_BASIC_FEATURES, P.MANAGE_CLIENTS, P.MANAGE_MENUS}),
        },
        "client_onboarding": {
            "client_manager": frozenset({P.ACCESS_BASIC_FEATURES, P.MANAGE_CLIENTS}),
        },
    }
)


def _with_administrator(roles: Mapping[str, frozenset[P]]) -> Mapping[str, frozenset[P]]:
    everything = frozenset[P]().union(*roles.values())
    return MappingProxyType({ADMINISTRATOR: everything, **roles})


ROLES: Mapping[str, Mapping[str, frozenset[P]]] = MappingProxyType(
    {context: _with_administrator({**special, **_COMMON}) for context, special in _SPECIAL.items()}
)


@dataclass(frozen=True, slots=True, order=True)
class Role:
    """A role of one context; raises `BadValue` for one that the table does not have."""

    context: str
    name: str

    def __post_init__(self) -> None:
        if self.context not in ROLES:
            raise BadValue(f"There is no such context; the contexts are {', '.join(ROLES)}.")
        if self.name not in ROLES[self.context]:
            raise BadValue(f"{self.context} has no such role; its roles are {', '.join(ROLES[self.context])}.")

    @property
    def permissions(self) -> frozenset[P]:
        """What the role allows in its context."""
        return ROLES[self.context][self.name]


def all_roles() -> tuple[Role, ...]:
    """Every role of every context."""
    return tuple(Role(context, name) for context, names in ROLES.items() for name in names)


def basic_roles() -> frozenset[Role]:
    """The roles of a new user."""
    return frozenset(Role(context, USER) for context in ROLES)
