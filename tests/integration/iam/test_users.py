"""The routes of users, and Cognito's trigger."""

import asyncio
from types import ModuleType
from typing import Any

import pytest

from src.contexts.iam.aws_lambda import (
    assign_role,
    confirm_user,
    create_user,
    delete_user,
    fetch_role,
    fetch_user,
    get_current_user,
    get_user_by_id,
)
from src.contexts.iam.core.bootstrap.container import make_bus
from src.contexts.iam.core.domain.commands import DeleteUser
from src.contexts.iam.core.domain.role import ROLES
from src.contexts.iam.core.internal import on_access_lost, on_user_changed
from src.contexts.shared_kernel.adapters.database import lambda_session_factory
from src.contexts.shared_kernel.domain.errors import ConflictError
from tests.support.rest import ADMINISTRATOR, PLAIN_USER, Answer, LambdaContext, invoke

pytestmark = pytest.mark.usefixtures("shared_database")

NEW = "33333333-3333-4333-8333-333333333333"


def test_a_user_reads_himself() -> None:
    answer = invoke(get_current_user, user_id=PLAIN_USER)
    assert answer.status == 200
    assert answer.json["id"] == PLAIN_USER
    assert {role["context"] for role in answer.json["roles"]} == set(ROLES)
    assert {role["name"] for role in answer.json["roles"]} == {"user"}
    assert invoke(get_user_by_id, user_id=PLAIN_USER, parameters={"id": PLAIN_USER}).body == answer.body


def test_only_those_who_manage_users_read_others() -> None:
    for other in (ADMINISTRATOR, "nobody"):
        refused = invoke(get_user_by_id, user_id=PLAIN_USER, parameters={"id": other})
        assert (refused.status, refused.json["error_type"]) == (403, "authorization_error")
    assert invoke(get_user_by_id, parameters={"id": PLAIN_USER}).json["id"] == PLAIN_USER
    assert invoke(get_user_by_id, parameters={"id": "nobody"}).status == 404


def test_the_list_of_users_is_for_those_who_manage_them() -> None:
    assert invoke(fetch_user, user_id=PLAIN_USER).status == 403
    assert [user["id"] for user in invoke(fetch_user, query="sort=id").json] == [ADMINISTRATOR, PLAIN_USER]
    assert [user["id"] for user in invoke(fetch_user, query=f"id={PLAIN_USER}").json] == [PLAIN_USER]
    assert len(invoke(fetch_user, query="limit=1").json) == 1
    assert invoke(fetch_user, query="sort=roles").status == 422


@pytest.mark.usefixtures("database")
def test_a_new_user_has_the_basic_roles_and_is_created_once() -> None:
    assert invoke(create_user, user_id=PLAIN_USER, body={"id": NEW}).status == 403
    assert invoke(get_current_user, user_id=NEW).status == 401

    created = invoke(create_user, method="POST", body={"id": NEW})
    assert (created.status, created.json) == (201, {"message": "User created.", "user_id": NEW})
    assert {role["name"] for role in invoke(get_current_user, user_id=NEW).json["roles"]} == {"user"}
    again = invoke(create_user, method="POST", body={"id": NEW})
    assert (again.status, again.json["error_type"]) == (409, "conflict_error")


def deleted(user_id: str, by: str | None = ADMINISTRATOR) -> Answer:
    return invoke(delete_user, method="DELETE", user_id=by, parameters={"id": user_id})


@pytest.mark.usefixtures("database")
def test_a_deleted_user_loses_roles_and_logins() -> None:
    changed: list[str] = []
    ended: list[str] = []

    async def end(user_id: str) -> None:
        ended.append(user_id)

    endings = [on_user_changed(changed.append), on_access_lost(end)]
    answer = deleted(PLAIN_USER)
    for unsubscribe in endings:
        unsubscribe()
    assert (answer.status, answer.json["user_id"]) == (200, PLAIN_USER)
    assert (changed, ended) == ([PLAIN_USER], [PLAIN_USER])
    assert invoke(get_current_user, user_id=PLAIN_USER).status == 401
    assert [user["id"] for user in invoke(fetch_user).json] == [ADMINISTRATOR]
    assert deleted(PLAIN_USER).status == 404
    # Neither an administrator nor a confirmation by Cognito brings the user back.
    assert invoke(create_user, method="POST", body={"id": PLAIN_USER}).status == 409
    confirm_user.lambda_handler({"request": {"userAttributes": {"sub": PLAIN_USER}}}, LambdaContext())
    assert invoke(get_current_user, user_id=PLAIN_USER).status == 401


@pytest.mark.usefixtures("database")
def test_logins_that_could_not_be_ended_are_ended_when_the_deletion_is_sent_again() -> None:
    ended: list[str] = []

    async def end(user_id: str) -> None:
        ended.append(user_id)
        if len(ended) < 3:
            raise ConnectionError("The deny-list cannot be written.")

    unsubscribe = on_access_lost(end)
    answers = [deleted(PLAIN_USER).status for _ in range(4)]
    unsubscribe()
    assert (answers, ended) == ([503, 503, 200, 404], [PLAIN_USER] * 3)
    assert invoke(get_current_user, user_id=PLAIN_USER).status == 401


@pytest.mark.usefixtures("database")
def test_the_last_administrator_of_a_context_cannot_be_deleted() -> None:
    def give(context: str) -> None:
        role = {"context": context, "name": "administrator"}
        assert invoke(assign_role, method="POST", parameters={"user_id": PLAIN_USER}, body=role).status == 200

    for context in ROLES:
        refused = deleted(ADMINISTRATOR)
        assert (refused.status, refused.json["error_type"]) == (409, "conflict_error")
        give(context)
    assert deleted(ADMINISTRATOR).status == 200
    assert deleted(PLAIN_USER, by=PLAIN_USER).status == 409


@pytest.mark.usefixtures("database")
def test_of_two_administrators_who_delete_each_other_one_stays() -> None:
    for context in ROLES:
        role = {"context": context, "name": "administrator"}
        assert invoke(assign_role, method="POST", parameters={"user_id": PLAIN_USER}, body=role).status == 200
    bus = make_bus(lambda_session_factory())

    async def scenario() -> list[Any]:
        commands = [DeleteUser(PLAIN_USER, ADMINISTRATOR), DeleteUser(ADMINISTRATOR, PLAIN_USER)]
        return await asyncio.gather(*map(bus.handle, commands), return_exceptions=True)

    assert sorted(map(type, asyncio.run(scenario())), key=str) == [type(None), ConflictError]


@pytest.mark.usefixtures("database")
def test_an_administrator_is_deleted_by_another_one_only() -> None:
    assert invoke(create_user, method="POST", body={"id": NEW}).status == 201
    for user_id, context, name in (
        (NEW, "recipes_catalog", "administrator"),
        (NEW, "iam", "user_manager"),
        (PLAIN_USER, "iam", "user_manager"),
    ):
        role = {"context": context, "name": name}
        assert invoke(assign_role, method="POST", parameters={"user_id": user_id}, body=role).status == 200
    assert deleted(NEW, by=PLAIN_USER).status == 403
    assert deleted(ADMINISTRATOR, by=PLAIN_USER).status == 409
    assert deleted(PLAIN_USER, by=NEW).status == 200
    assert deleted(NEW).status == 200


def test_only_those_who_manage_users_delete_them() -> None:
    assert deleted(ADMINISTRATOR, by=PLAIN_USER).status == 403
    assert deleted(PLAIN_USER, by=PLAIN_USER).status == 403
    assert deleted("nobody").status == 404
    assert invoke(delete_user, parameters=None).status == 422


@pytest.mark.parametrize("body", [None, "{", "[]", {}, {"id": ""}, {"id": 3}, {"id": "a b"}, {"id": "x" * 129}])
def test_what_is_no_user_is_refused(body: Any) -> None:
    assert invoke(create_user, method="POST", body=body).status == 422


@pytest.mark.usefixtures("database")
def test_cognito_confirms_a_user_once() -> None:
    event = {
        "version": "1",
        "triggerSource": "PostConfirmation_ConfirmSignUp",
        "userName": "somebody",
        "request": {"userAttributes": {"sub": NEW, "email": "somebody@example.test"}},
        "response": {},
    }
    expected = {**event, "response": {"autoConfirmUser": True, "autoVerifyEmail": True}}
    assert confirm_user.lambda_handler(dict(event), LambdaContext()) == expected
    first = invoke(get_current_user, user_id=NEW)
    assert first.status == 200
    assert confirm_user.lambda_handler(dict(event), LambdaContext()) == expected
    assert invoke(get_current_user, user_id=NEW).body == first.body


def test_a_trigger_without_a_user_fails() -> None:
    with pytest.raises(ValueError, match="names no user"):
        confirm_user.lambda_handler({"request": None}, LambdaContext())


def test_every_user_reads_the_roles() -> None:
    answer = invoke(fetch_role, user_id=PLAIN_USER)
    assert answer.status == 200
    found = {(role["context"], role["name"]): role["permissions"] for role in answer.json}
    assert found["products_catalog", "product_manager"] == ["access_basic_features", "manage_products"]
    assert "manage_roles" in found["iam", "administrator"]
    assert "manage_users" not in found["recipes_catalog", "administrator"]


@pytest.mark.parametrize("module", [fetch_user, get_current_user, get_user_by_id, create_user, delete_user, fetch_role])
def test_strangers_are_not_let_in(module: ModuleType) -> None:
    for stranger in (None, NEW, "x" * 200, "\x00"):
        assert invoke(module, user_id=stranger, parameters={"id": NEW}, body={"id": NEW}).status == 401
