"""POST /query-responses and /query-responses/bulk."""

import json
from typing import Any

import pytest

from tests.integration.onboarding.support import ask, ask_all, delete, deliver, listed, new_form, payload
from tests.support.rest import ADMINISTRATOR, PLAIN_USER

pytestmark = pytest.mark.usefixtures("database")

LAMBDA_LIMIT = 6_291_556


def fill(typeform_id: str, count: int, user_id: str = ADMINISTRATOR, **response: Any) -> int:
    """A form with responses `<typeform_id>-0`, ...; all of one moment, so that only the tie break orders them."""
    form_id = new_form(typeform_id, user_id)
    for number in range(count):
        assert deliver(payload(typeform_id, f"{typeform_id}-{number}", **response)).status == 200
    return form_id


def tokens(answer: Any) -> list[str]:
    return [response["response_id"] for response in answer["responses"]]


def test_responses_by_form_come_in_stable_pages() -> None:
    form_id = fill("abc", 5)
    query = {"query_type": "responses_by_form", "form_id": form_id}
    everything = ask(query).json
    assert sorted(tokens(everything)) == [f"abc-{number}" for number in range(5)]
    assert (everything["forms"], everything["has_more"], everything["next_offset"]) == ([], False, None)
    pages = [ask({**query, "limit": 2, "offset": offset}).json for offset in (0, 2, 4)]
    assert [(len(page["responses"]), page["next_offset"]) for page in pages] == [(2, 2), (2, 4), (1, None)]
    assert [token for page in pages for token in tokens(page)] == tokens(everything)
    assert ask({**query, "offset": 5}).json["responses"] == []


def test_the_newest_response_comes_first() -> None:
    form_id = new_form("abc")
    for year in (2024, 2026, 2025):
        deliver(payload("abc", f"r{year}", submitted_at=f"{year}-01-01T00:00:00+02:00"))
    assert tokens(ask({"query_type": "responses_by_form", "form_id": form_id}).json) == ["r2026", "r2025", "r2024"]


def test_one_response() -> None:
    form_id = fill("abc", 2)
    answer = ask({"query_type": "response_by_id", "response_id": "abc-1"})
    assert (answer.status, tokens(answer.json), answer.json["has_more"]) == (200, ["abc-1"], False)
    assert answer.json["responses"][0]["form_id"] == form_id


def test_forms_and_responses_of_a_user_are_the_users_own() -> None:
    fill("mine", 2, PLAIN_USER)
    second = fill("second", 1, PLAIN_USER)
    fill("other", 1)
    for user_id in ({}, {"user_id": None}, {"user_id": PLAIN_USER}):
        forms = ask({"query_type": "forms_by_user", **user_id}, PLAIN_USER).json
        assert [form["typeform_id"] for form in forms["forms"]] == ["second", "mine"]
        responses = ask({"query_type": "responses_by_user", **user_id}, PLAIN_USER).json
        assert sorted(tokens(responses)) == ["mine-0", "mine-1", "second-0"]
    page = ask({"query_type": "forms_by_user", "limit": 1}, PLAIN_USER).json
    assert (page["forms"][0]["id"], page["has_more"], page["next_offset"]) == (second, True, 1)


def test_nothing_of_somebody_else_is_shown() -> None:
    form_id = fill("abc", 1)
    for query in (
        {"query_type": "responses_by_form", "form_id": form_id},
        {"query_type": "response_by_id", "response_id": "abc-0"},
        {"query_type": "forms_by_user", "user_id": ADMINISTRATOR},
        {"query_type": "responses_by_user", "user_id": ADMINISTRATOR},
    ):
        refused = ask(query, PLAIN_USER)
        assert (refused.status, refused.json["error_type"]) == (403, "authorization_error")
        assert ask(query, ADMINISTRATOR).status == 200
        assert ask(query, None).status == 401


def test_what_is_deleted_is_not_shown() -> None:
    form_id = fill("abc", 1, PLAIN_USER)
    assert delete(form_id, PLAIN_USER).status == 200
    assert ask({"query_type": "responses_by_form", "form_id": form_id}, PLAIN_USER).status == 404
    assert ask({"query_type": "response_by_id", "response_id": "abc-0"}, PLAIN_USER).status == 404
    assert ask({"query_type": "forms_by_user"}, PLAIN_USER).json["forms"] == []
    assert ask({"query_type": "responses_by_user"}, PLAIN_USER).json["responses"] == []


def test_what_is_no_query_is_refused() -> None:
    by_form = {"query_type": "responses_by_form", "form_id": 1}
    bodies: list[Any] = [
        None,
        "",
        "{",
        "[]",
        "[" * 100_000,
        {},
        {"query_type": "everything"},
        {"query_type": None},
        {"query_type": []},
        {"query_type": "responses_by_form"},
        {"query_type": "response_by_id"},
        by_form | {"form_id": "x"},
        by_form | {"form_id": 0},
        by_form | {"form_id": 2**31},
        by_form | {"form_id": 10**40},
        by_form | {"limit": 0},
        by_form | {"limit": 101},
        by_form | {"offset": -1},
        by_form | {"offset": 10**9},
        {"query_type": "response_by_id", "response_id": ""},
        {"query_type": "response_by_id", "response_id": "x" * 101},
        {"query_type": "response_by_id", "response_id": "\x00"},
        {"query_type": "forms_by_user", "user_id": "\x00"},
        '{"query_type": "response_by_id", "response_id": "\\ud800"}',
        '{"query_type": "responses_by_user", "limit": NaN}',
    ]
    for body in bodies:
        answer = ask(body)
        assert (answer.status, answer.json["error_type"]) == (422, "validation_error"), body
    assert ask({"query_type": "responses_by_form", "form_id": 2**31 - 1}).status == 404
    assert ask({"query_type": "response_by_id", "response_id": "unknown"}).status == 404


def test_each_query_of_many_succeeds_or_fails_by_itself() -> None:
    own, other = fill("mine", 2, PLAIN_USER), fill("other", 1)
    queries = [
        {"query_type": "responses_by_form", "form_id": own},
        {"query_type": "responses_by_form", "form_id": other},
        {"query_type": "response_by_id", "response_id": "unknown"},
        {"query_type": "everything"},
        {"query_type": "responses_by_form", "form_id": own, "limit": 101},
        {"query_type": "forms_by_user"},
    ]
    answer = ask_all({"queries": queries}, PLAIN_USER)
    assert answer.status == 200
    results = answer.json["results"]
    assert (answer.json["succeeded"], answer.json["failed"]) == (2, 4)
    assert [result["index"] for result in results] == list(range(6))
    assert [result["success"] for result in results] == [True, False, False, False, False, True]
    errors = [result["error"] for result in results]
    assert [error and error["status_code"] for error in errors] == [None, 403, 404, 422, 422, None]
    assert errors[4]["errors"][0]["field"] == "responses_by_form.limit"
    assert results[0]["result"] == ask(queries[0], PLAIN_USER).json
    assert results[1]["result"] is None


def test_what_is_no_list_of_queries_is_refused() -> None:
    query = {"query_type": "forms_by_user"}
    bodies: list[Any] = [None, "", "{", [], {}, {"queries": []}, {"queries": [query] * 21}, {"queries": [5]}]
    bodies += ['{"queries": [{"query_type": "\\u0000"}]}', "[" * 100_000, {"queries": {"a": query}}]
    for body in bodies:
        answer = ask_all(body)
        assert (answer.status, answer.json["error_type"]) == (422, "validation_error"), body
    assert ask_all({"queries": [query] * 20}).json["succeeded"] == 20
    assert ask_all({"queries": [query]}, None).status == 401


def test_an_answer_never_outgrows_lambda() -> None:
    # Quotes are the worst there is: each is two characters in the body and four in Lambda's payload.
    form_id = fill("abc", 4, answers=[{"type": "text", "text": '"' * 500_000}])
    page = ask({"query_type": "responses_by_form", "form_id": form_id})
    assert len(json.dumps({"body": page.body})) < LAMBDA_LIMIT
    assert (len(page.json["responses"]), page.json["has_more"], page.json["next_offset"]) == (2, True, 2)
    rest = ask({"query_type": "responses_by_form", "form_id": form_id, "offset": 2}).json
    assert sorted(tokens(page.json) + tokens(rest)) == [f"abc-{number}" for number in range(4)]

    many = ask_all({"queries": [{"query_type": "responses_by_form", "form_id": form_id}] * 3})
    assert len(json.dumps({"body": many.body})) < LAMBDA_LIMIT
    errors = [result["error"] and result["error"]["error_type"] for result in many.json["results"]]
    assert errors == [None, "business_rule_error", "business_rule_error"]


def test_the_seeded_form_has_its_responses() -> None:
    (form,) = listed("typeform_id=seeded-onboarding").json
    found = ask({"query_type": "responses_by_form", "form_id": form["id"]}).json["responses"]
    assert [response["response_id"] for response in found] == [f"seeded-response-{number}" for number in (3, 2, 1)]
    assert {one["kind"] for one in found[0]["client_identifiers"]} == {"email", "name", "phone"}
