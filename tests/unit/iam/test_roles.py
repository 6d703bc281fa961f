"""The table of roles."""

import pytest

from src.contexts.iam.core.domain.events import AccessLost, UserChanged
from src.contexts.iam.core.domain.role import ROLES, Role, all_roles, basic_roles
from src.contexts.iam.core.domain.user import User
from src.contexts.shared_kernel.domain.errors import BadValue, NotFoundError
from src.contexts.shared_kernel.domain.permissions import Permission


def test_every_context_has_an_administrator_who_may_do_all_that_its_roles_may() -> None:
    for context, roles in ROLES.items():
        assert roles["administrator"] == frozenset[Permission]().union(*roles.values())
        assert Role(context, "user").permissions == {Permission.ACCESS_BASIC_FEATURES}


def test_every_permission_is_granted_somewhere() -> None:
    assert frozenset[Permission]().union(*(role.permissions for role in all_roles())) == set(Permission)


def test_every_role_of_the_domain_exists() -> None:
    assert {role.name for role in all_roles()} >= {
        "administrator",
        "user_manager",
        "role_manager",
        "product_manager",
        "recipe_manager",
        "meal_manager",
        "menu_manager",
        "client_manager",
        "auditor",
        "user",
        "developer",
        "support_staff",
    }


@pytest.mark.parametrize(("context", "name"), [("iam", "product_manager"), ("nowhere", "user"), ("iam", "")])
def test_roles_that_do_not_exist(context: str, name: str) -> None:
    with pytest.raises(BadValue):
        Role(context, name)


def test_assigning_and_removing() -> None:
    user, auditor = User.register("somebody"), Role("iam", "auditor")
    assert user.roles == basic_roles()
    assert len(user.release_events()) == 1
    assert user.assign(auditor)
    assert not user.assign(auditor)
    assert len(user.release_events()) == 1
    user.remove(auditor)
    assert user.roles == basic_roles()
    with pytest.raises(NotFoundError):
        user.remove(auditor)


@pytest.mark.parametrize("user_id", ["", "a b", "a/b", "a\n", "x" * 129])
def test_what_can_be_no_id_is_refused(user_id: str) -> None:
    with pytest.raises(BadValue):
        User.register(user_id)


def test_a_deleted_user_has_no_role_and_no_access() -> None:
    user = User.register("u")
    user.release_events()
    user.delete()
    assert (user.roles, user.discarded) == (frozenset(), True)
    assert user.release_events() == (UserChanged("u"), AccessLost("u"))


def test_the_removal_of_the_last_role_takes_all_access() -> None:
    first, second = Role("iam", "user"), Role("iam", "auditor")
    user = User(id="u", roles=frozenset({first, second}))
    user.remove(first)
    assert user.release_events() == (UserChanged("u"),)
    user.remove(second)
    assert user.release_events() == (UserChanged("u"), AccessLost("u"))
