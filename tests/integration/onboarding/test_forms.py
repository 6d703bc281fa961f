"""The routes of /forms."""

from typing import Any

import pytest

from src.contexts.client_onboarding.aws_lambda import delete_form, get_form_by_id, update_form
from src.contexts.iam.aws_lambda import create_user
from tests.integration.onboarding.support import FakeTypeform, change, create, delete, listed, new_form, read
from tests.support.rest import ADMINISTRATOR, PLAIN_USER, invoke

pytestmark = pytest.mark.usefixtures("database")

STRANGER = "99999999-9999-4999-8999-999999999999"
URL = "https://example.test/hook?a=b"


def test_everything_that_is_sent_is_read_again() -> None:
    answer = create({"typeform_id": "Abc_1-2", "webhook_url": URL, "status": "draft"})
    assert answer.status == 201
    found = read(answer.json["form_id"])
    assert found.status == 200
    assert found.json == {
        "id": answer.json["form_id"],
        "user_id": ADMINISTRATOR,
        "typeform_id": "Abc_1-2",
        "webhook_url": URL,
        "status": "draft",
        "created_at": found.json["updated_at"],
        "updated_at": found.json["updated_at"],
        "version": 1,
    }


def test_a_form_is_active_and_sends_here_unless_something_else_is_said() -> None:
    found = read(new_form("abc"))
    assert (found.json["status"], found.json["webhook_url"]) == ("active", "https://api.example.test/webhooks/typeform")


def test_without_any_webhook_url_nothing_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TYPEFORM_WEBHOOK_URL")
    refused = create({"typeform_id": "abc"})
    assert (refused.status, refused.json["error_type"]) == (400, "business_rule_error")
    assert create({"typeform_id": "abc", "webhook_url": URL}).status == 201


@pytest.mark.parametrize("environment", ["production", "staging"])
def test_an_api_without_a_webhook_of_its_own_adds_no_form(monkeypatch: pytest.MonkeyPatch, environment: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)
    monkeypatch.delenv("TYPEFORM_WEBHOOK_URL")
    for body in ({"typeform_id": "abc"}, {"typeform_id": "abc", "webhook_url": URL}):
        refused = create(body)
        assert (refused.status, refused.json["error_type"]) == (400, "business_rule_error")


def test_only_those_who_manage_clients_add_forms(typeform: FakeTypeform) -> None:
    new_user = "33333333-3333-4333-8333-333333333333"
    assert invoke(create_user, method="POST", body={"id": new_user}).status == 201
    refused = create({"typeform_id": "abc"}, new_user)
    assert (refused.status, refused.json["error_type"]) == (403, "authorization_error")
    assert typeform.calls == []


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.test/hook",
        "https://example.test/hook",
        "https://api.example.test:8443/hook",
        "https://api.example.test.evil.test/hook",
        "http://169.254.169.254/latest",
        "https://127.0.0.1/hook",
    ],
)
def test_in_production_responses_are_sent_to_no_other_origin(
    typeform: FakeTypeform, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    form_id = new_form("abc")
    assert change(form_id, {"webhook_url": "https://api.example.test/other"}).status == 200
    for answer in (create({"typeform_id": "other", "webhook_url": url}), change(form_id, {"webhook_url": url})):
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "webhook_url")
    sent = [call["body"]["url"] for call in typeform.calls]
    assert sent == ["https://api.example.test/webhooks/typeform", "https://api.example.test/other"]


def test_a_form_of_another_origin_can_be_stopped_but_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    form_id = new_form("abc")
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("TYPEFORM_WEBHOOK_URL", "https://new.example.test/webhooks/typeform")
    assert change(form_id, {"status": "paused"}).status == 200
    assert change(form_id, {"status": "active"}).status == 422
    moved = {"status": "active", "webhook_url": "https://new.example.test/hook"}
    assert change(form_id, moved).json["status"] == "active"


def test_a_typeform_id_is_taken_once_whoever_asks() -> None:
    new_form("abc")
    for user_id in (ADMINISTRATOR, PLAIN_USER):
        answer = create({"typeform_id": "abc"}, user_id)
        assert (answer.status, answer.json["error_type"]) == (409, "conflict_error")


def test_a_deleted_form_can_be_added_again_by_its_owner_only() -> None:
    form_id = new_form("abc")
    assert delete(form_id).status == 200
    refused = create({"typeform_id": "abc"}, PLAIN_USER)
    assert (refused.status, refused.json["error_type"]) == (409, "conflict_error")
    assert create({"typeform_id": "abc"}).status == 201


def test_what_is_no_form_is_refused() -> None:
    bodies: list[Any] = [
        None,
        "",
        "{",
        "[]",
        "3",
        "[" * 100_000,
        {},
        {"typeform_id": ""},
        {"typeform_id": None},
        {"typeform_id": 5},
        {"typeform_id": "../me"},
        {"typeform_id": "a b"},
        {"typeform_id": "abc\n"},
        {"typeform_id": "é"},
        {"typeform_id": "x" * 101},
        '{"typeform_id": "a\\u0000"}',
        '{"typeform_id": "\\ud800"}',
        '{"typeform_id": "abc", "more": {"a": "\\u0000"}}',
        {"typeform_id": "abc", "webhook_url": "javascript:alert(1)"},
        {"typeform_id": "abc", "webhook_url": "https://"},
        {"typeform_id": "abc", "webhook_url": "https://example.test/\u00e9"},
        {"typeform_id": "abc", "webhook_url": "https://example.test/" + "x" * 2000},
        {"typeform_id": "abc", "status": "deleted"},
        {"typeform_id": "abc", "status": "paused"},
    ]
    for body in bodies:
        answer = create(body)
        assert (answer.status, answer.json["error_type"]) == (422, "validation_error"), body


def test_ids_that_no_form_has() -> None:
    wrong = dict.fromkeys(("abc", "1.5", "1e3", "9" * 5000, "%00", ""), 422)
    unknown = dict.fromkeys(("0", "-1", "999999", "2147483648", "9" * 40), 404)
    for form_id, status in (wrong | unknown).items():
        for answer in (read(form_id), change(form_id, {"status": "paused"}), delete(form_id)):
            assert answer.status == status, (form_id, answer.body)


def test_an_event_without_an_id() -> None:
    for module in (get_form_by_id, update_form, delete_form):
        answer = invoke(module, path="/forms/{form_id}")
        assert (answer.status, answer.json["message"]) == (422, "The id of the form is required.")


def test_only_the_owner_reads_changes_and_deletes() -> None:
    form_id = new_form("abc", PLAIN_USER)
    for answer in (read(form_id), change(form_id, {"status": "paused"}), delete(form_id)):
        assert (answer.status, answer.json["error_type"]) == (403, "authorization_error")
    assert read(form_id, PLAIN_USER).json["status"] == "active"
    assert change(form_id, {"status": "paused"}, PLAIN_USER).json["status"] == "paused"
    assert delete(form_id, PLAIN_USER).status == 200


def test_strangers_are_not_let_in() -> None:
    form_id = new_form("abc")
    for user_id in (STRANGER, None):
        answers = (
            create({"typeform_id": "x"}, user_id),
            listed(user_id=user_id),
            read(form_id, user_id),
            change(form_id, {}, user_id),
            delete(form_id, user_id),
        )
        assert {answer.status for answer in answers} == {401}


def test_a_change_counts_up_and_what_is_missing_stays() -> None:
    form_id = new_form("abc")
    before = read(form_id).json
    answer = change(form_id, {"webhook_url": URL, "status": None})
    assert answer.status == 200
    assert answer.json == before | {"webhook_url": URL, "version": 2, "updated_at": answer.json["updated_at"]}
    assert answer.json["updated_at"] > before["updated_at"]
    assert read(form_id).json == answer.json


def test_a_change_of_nothing_changes_nothing() -> None:
    form_id = new_form("abc")
    before = read(form_id).json
    assert change(form_id, {}).json == before
    assert change(form_id, {"status": "active"}).json == before


def test_a_stale_version_is_a_conflict() -> None:
    form_id = new_form("abc")
    assert change(form_id, {"status": "paused", "version": 1}).json["version"] == 2
    answer = change(form_id, {"status": "active", "version": 1})
    assert (answer.status, answer.json["error_type"]) == (409, "conflict_error")
    assert change(form_id, {"status": "active", "version": 2}).status == 200


def test_a_status_that_cannot_follow_breaks_a_rule() -> None:
    form_id = new_form("abc")
    assert change(form_id, {"status": "completed"}).status == 200
    answer = change(form_id, {"status": "active", "webhook_url": URL})
    assert (answer.status, answer.json["error_type"]) == (400, "business_rule_error")
    assert read(form_id).json["webhook_url"] != URL


def test_what_is_no_change_is_refused() -> None:
    form_id = new_form("abc")
    bodies: list[Any] = [
        None,
        "null",
        '"text"',
        {"status": "deleted"},
        {"status": 1},
        {"version": 0},
        {"version": 2**31},
        {"version": "x"},
        {"version": 1.5},
        {"webhook_url": ""},
        {"webhook_url": "ftp://example.test"},
        '{"webhook_url": "https://example.test/\\u0000"}',
    ]
    for body in bodies:
        assert change(form_id, body).status == 422, body
    assert read(form_id).json["version"] == 1


def test_a_deleted_form_is_gone_for_everybody() -> None:
    form_id = new_form("abc")
    answer = delete(form_id)
    assert (answer.status, answer.json["form_id"]) == (200, form_id)
    assert {read(form_id).status, change(form_id, {"status": "paused"}).status, delete(form_id).status} == {404}
    assert form_id not in [form["id"] for form in listed().json]


def test_the_list_has_the_users_own_forms_filtered_sorted_and_cut() -> None:
    ids = [new_form(f"f{number}", PLAIN_USER) for number in range(4)]
    new_form("another")
    change(ids[1], {"status": "paused"}, PLAIN_USER)

    def found(query: str) -> list[int]:
        answer = listed(query, PLAIN_USER)
        assert answer.status == 200, answer.body
        return [form["id"] for form in answer.json]

    assert found("") == [ids[1], ids[3], ids[2], ids[0]]
    assert found("sort=created_at") == ids
    assert found("sort=-id&limit=2&skip=1") == [ids[2], ids[1]]
    assert found("status=paused") == [ids[1]]
    assert found("status-ne=paused&sort=id") == [ids[0], ids[2], ids[3]]
    assert found("typeform_id=f0|f3&sort=id") == [ids[0], ids[3]]
    assert found("typeform-id-like=F&sort=id") == ids
    assert found(f"id={ids[2]}") == [ids[2]]
    assert found("created_at_gte=2999-01-01T00:00:00Z") == []
    assert found("user_id=somebody&unknown=1&sort=id") == ids


def test_lists_that_cannot_be_made() -> None:
    for query in ("sort=webhook_url", "limit=501", "limit=x", "skip=-1", "id=x", "id=99999999999", "status=%00"):
        answer = listed(query)
        assert (answer.status, answer.json["error_type"]) == (422, "validation_error"), query
