"""What users may do to users and roles."""

from collections.abc import Callable

import pytest

from src.contexts.iam.core.domain.policies import (
    require_deleter,
    require_giver,
    require_reader,
    require_role_manager,
    require_user_manager,
)
from src.contexts.iam.core.domain.role import Role
from src.contexts.iam.core.domain.user import User
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedRole, SeedUser

MANAGER = Role("products_catalog", "product_manager")


def user(context: str, *permissions: Permission) -> SeedUser:
    return SeedUser("u", frozenset({SeedRole("r", context, frozenset(permissions))}))


@pytest.mark.parametrize(
    ("require", "permission"),
    [(require_user_manager, Permission.MANAGE_USERS), (require_role_manager, Permission.MANAGE_ROLES)],
)
def test_a_permission_of_iam_is_needed(require: Callable[[SeedUser], None], permission: Permission) -> None:
    require(user("iam", permission))
    for other in (user("recipes_catalog", permission), user("iam", Permission.ACCESS_BASIC_FEATURES)):
        with pytest.raises(PermissionError):
            require(other)


def test_users_read_themselves_and_managers_all() -> None:
    require_reader(user("iam"), "u")
    require_reader(user("iam", Permission.MANAGE_USERS), "other")
    with pytest.raises(PermissionError):
        require_reader(user("iam", Permission.MANAGE_ROLES), "other")


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        ({("iam", "role_manager"), ("products_catalog", "product_manager")}, True),
        ({("iam", "role_manager"), ("products_catalog", "administrator")}, True),
        ({("iam", "administrator")}, True),
        ({("iam", "role_manager")}, False),
        ({("iam", "role_manager"), ("recipes_catalog", "administrator")}, False),
        ({("products_catalog", "product_manager")}, False),
        ({("iam", "user_manager"), ("products_catalog", "administrator")}, False),
        (set(), False),
    ],
)
def test_a_role_is_given_by_those_who_have_it_or_administer(roles: set[tuple[str, str]], allowed: bool) -> None:
    actor = User(id="u", roles=frozenset(Role(*one) for one in roles))
    if allowed:
        require_giver(actor, MANAGER)
    else:
        with pytest.raises(PermissionError):
            require_giver(actor, MANAGER)


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        ({("iam", "administrator")}, True),
        ({("iam", "user_manager"), ("recipes_catalog", "administrator")}, True),
        ({("iam", "user_manager")}, False),
        ({("iam", "user_manager"), ("products_catalog", "administrator")}, False),
        ({("recipes_catalog", "administrator")}, False),
    ],
)
def test_an_administrator_is_deleted_by_administrators(roles: set[tuple[str, str]], allowed: bool) -> None:
    actor = User(id="u", roles=frozenset(Role(*one) for one in roles))
    administrator = User(id="a", roles=frozenset({Role("recipes_catalog", "administrator"), MANAGER}))
    if allowed:
        require_deleter(actor, administrator)
    else:
        with pytest.raises(PermissionError):
            require_deleter(actor, administrator)


def test_other_users_are_deleted_by_those_who_manage_users() -> None:
    user = User(id="a", roles=frozenset({MANAGER}))
    require_deleter(User(id="u", roles=frozenset({Role("iam", "user_manager")})), user)
    with pytest.raises(PermissionError):
        require_deleter(User(id="u", roles=frozenset({MANAGER})), user)
