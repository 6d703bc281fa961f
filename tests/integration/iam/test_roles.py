"""Giving and taking roles."""

import asyncio
from typing import Any

import pytest

from src.contexts.iam.aws_lambda import assign_role, get_current_user, remove_role
from src.contexts.iam.core.bootstrap.container import make_bus
from src.contexts.iam.core.domain.commands import AssignRole, RemoveRole
from src.contexts.iam.core.domain.role import ROLES, Role
from src.contexts.iam.core.internal import IamUsers, get_user, on_access_lost, on_user_changed
from src.contexts.products_catalog.aws_lambda import create_product, fetch_product
from src.contexts.shared_kernel.adapters.database import lambda_session_factory
from src.contexts.shared_kernel.domain.errors import BusinessRuleError
from tests.support.rest import ADMINISTRATOR, PLAIN_USER, Answer, invoke

pytestmark = pytest.mark.usefixtures("shared_database")

MANAGER = {"context": "products_catalog", "name": "product_manager"}


def assign(role: Any, to: str = PLAIN_USER, by: str = ADMINISTRATOR) -> Answer:
    return invoke(assign_role, method="POST", user_id=by, parameters={"user_id": to}, body=role)


def remove(role: dict[str, str], of: str = PLAIN_USER, by: str = ADMINISTRATOR) -> Answer:
    return invoke(remove_role, method="DELETE", user_id=by, parameters={"user_id": of, **role})


@pytest.mark.usefixtures("database")
def test_a_role_opens_a_door_and_closes_it_again() -> None:
    product = {"method": "POST", "user_id": PLAIN_USER, "body": {"name": "Mine"}}
    assert invoke(create_product, **product).status == 403

    given = assign(MANAGER)
    assert (given.status, given.json["role"]) == (200, MANAGER)
    assert invoke(create_product, **product).status == 201
    version = invoke(get_current_user, user_id=PLAIN_USER).json["version"]
    assert assign(MANAGER).status == 200
    assert invoke(get_current_user, user_id=PLAIN_USER).json["version"] == version

    assert remove(MANAGER).status == 200
    assert invoke(create_product, **product).status == 403
    assert remove(MANAGER).status == 404


@pytest.mark.usefixtures("database")
def test_only_those_who_manage_roles_give_and_take_them() -> None:
    assert assign(MANAGER, by=PLAIN_USER).status == 403
    assert remove({"context": "iam", "name": "administrator"}, of=ADMINISTRATOR, by=PLAIN_USER).status == 403
    # A role of another context is none here.
    assign({"context": "products_catalog", "name": "administrator"})
    assert assign(MANAGER, by=PLAIN_USER).status == 403
    assign({"context": "iam", "name": "role_manager"})
    assert assign(MANAGER, by=PLAIN_USER).status == 200


@pytest.mark.usefixtures("database")
def test_a_role_manager_gives_and_takes_only_its_own_roles() -> None:
    assert assign({"context": "iam", "name": "role_manager"}).status == 200
    for role in (MANAGER, {"context": "iam", "name": "administrator"}):
        for answer in (assign(role, by=PLAIN_USER), remove(role, of=ADMINISTRATOR, by=PLAIN_USER)):
            assert (answer.status, answer.json["error_type"]) == (403, "authorization_error")
    assert assign({"context": "iam", "name": "role_manager"}, to=ADMINISTRATOR, by=PLAIN_USER).status == 200
    assert assign(MANAGER).status == 200
    assert assign(MANAGER, to=ADMINISTRATOR, by=PLAIN_USER).status == 200


@pytest.mark.usefixtures("database")
def test_a_user_without_a_role_in_a_context_is_refused_there() -> None:
    assert invoke(fetch_product, user_id=PLAIN_USER).status == 200
    assert remove({"context": "products_catalog", "name": "user"}).status == 200
    refused = invoke(fetch_product, user_id=PLAIN_USER)
    assert (refused.status, refused.json["error_type"]) == (403, "authorization_error")
    assert invoke(get_current_user, user_id=PLAIN_USER).status == 200


@pytest.mark.usefixtures("database")
def test_the_removal_of_the_last_role_ends_all_logins() -> None:
    ended: list[str] = []

    async def end(user_id: str) -> None:
        ended.append(user_id)

    unsubscribe = on_access_lost(end)
    for context in ROLES:
        assert ended == []
        assert remove({"context": context, "name": "user"}).status == 200
    unsubscribe()
    assert ended == [PLAIN_USER]
    assert invoke(get_current_user, user_id=PLAIN_USER).status == 403


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("regained", [False, True])
def test_a_loss_that_could_not_be_told_is_told_when_the_removal_is_sent_again(regained: bool) -> None:
    told: list[str] = []

    async def fail_once(user_id: str) -> None:
        told.append(user_id)
        if len(told) == 1:
            raise ConnectionError("The deny-list cannot be written.")

    *others, last = ROLES
    for context in others:
        assert remove({"context": context, "name": "user"}).status == 200
    unsubscribe = on_access_lost(fail_once)
    assert remove({"context": last, "name": "user"}).status == 503
    if regained:
        assert assign({"context": last, "name": "auditor"}).status == 200
    answers = [remove({"context": last, "name": "user"}).status for _ in range(2)]
    unsubscribe()
    assert (answers, len(told)) == (([404, 404], 1) if regained else ([200, 404], 2))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("context", ["iam", "recipes_catalog"])
def test_the_last_administrator_cannot_lose_the_role(context: str) -> None:
    administrator = {"context": context, "name": "administrator"}
    refused = remove(administrator, of=ADMINISTRATOR)
    assert (refused.status, refused.json["error_type"]) == (400, "business_rule_error")
    assert assign(administrator).status == 200
    assert remove(administrator, of=ADMINISTRATOR).status == 200
    by = PLAIN_USER if context == "iam" else ADMINISTRATOR
    assert remove(administrator, of=PLAIN_USER, by=by).status == 400


@pytest.mark.usefixtures("database")
def test_two_who_remove_each_other_at_once_leave_one() -> None:
    role = Role("iam", "administrator")
    bus = make_bus(lambda_session_factory())

    async def scenario() -> list[Any]:
        await bus.handle(AssignRole(ADMINISTRATOR, PLAIN_USER, role))
        both = (ADMINISTRATOR, PLAIN_USER)
        commands = [RemoveRole(actor, other, role) for actor, other in (both, both[::-1])]
        outcome = await asyncio.gather(*(bus.handle(command) for command in commands), return_exceptions=True)
        async with bus.uow_factory() as uow:
            left = await uow.users.lock_administrators(["iam"])
        return [outcome, left["iam"]]

    outcome, left = asyncio.run(scenario())
    assert len(left) == 1
    assert sum(isinstance(result, (BusinessRuleError, PermissionError)) for result in outcome) == 1


@pytest.mark.parametrize(
    "role",
    [
        None,
        "{",
        "[]",
        {"context": "nowhere", "name": "user"},
        {"context": "iam", "name": "product_manager"},
        {"context": "iam"},
        {"context": "iam", "name": "\x00"},
    ],
)
def test_what_is_no_role_is_refused(role: Any) -> None:
    assert assign(role).status == 422


def test_unknown_users_and_missing_parameters() -> None:
    assert assign(MANAGER, to="nobody").status == 404
    assert remove(MANAGER, of="nobody").status == 404
    assert remove({"context": "iam", "name": "nothing"}).status == 422
    assert invoke(assign_role, parameters=None, body=MANAGER).status == 422
    assert invoke(remove_role, parameters=None).status == 422


@pytest.mark.usefixtures("database")
def test_other_contexts_see_only_their_own_roles_and_hear_of_changes() -> None:
    heard: list[str] = []
    unsubscribe = on_user_changed(heard.append)
    assign(MANAGER)
    unsubscribe()
    remove(MANAGER)
    assert heard == [PLAIN_USER]

    async def read() -> None:
        assign_to = Role("products_catalog", "product_manager")
        await make_bus(lambda_session_factory()).handle(AssignRole(ADMINISTRATOR, PLAIN_USER, assign_to))
        products = await get_user(PLAIN_USER, "products_catalog")
        recipes = await IamUsers().get_user(PLAIN_USER, "recipes_catalog")
        nowhere = await get_user(PLAIN_USER, "nowhere")
        assert products is not None
        assert products.role_names() == ["product_manager", "user"]
        assert products.has_permission("products_catalog", "manage_products")
        assert recipes is not None
        assert recipes.role_names() == ["user"]
        assert not recipes.has_permission("manage_products")
        assert nowhere is not None
        assert nowhere.roles == frozenset()
        assert await get_user("nobody", "iam") is None

    asyncio.run(read())
