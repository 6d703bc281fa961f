"""POST /webhooks/typeform."""

import base64
import inspect
import json
from typing import Any

import anyio
import pytest
from structlog.testing import capture_logs

from src.contexts.client_onboarding.aws_lambda import webhook_processor
from src.contexts.client_onboarding.core.adapters.typeform.signature import MAX_BYTES, signature_of
from tests.integration.onboarding.support import SECRET, ask, delete, deliver, new_form, payload
from tests.support.rest import PLAIN_USER, rest_event

pytestmark = pytest.mark.usefixtures("database")


def responses(form_id: int) -> list[dict[str, Any]]:
    answer = ask({"query_type": "responses_by_form", "form_id": form_id})
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json["responses"]
    return found


def test_a_signed_response_is_stored_with_its_identifiers() -> None:
    form_id = new_form("abc")
    body = payload("abc", "r1", landed_at="2026-03-04T05:00:00Z", variables=[{"key": "score", "number": 1.5}])
    answer = deliver(body)
    assert answer.status == 200
    assert answer.json == {"message": "Response received.", "response_id": "r1"}
    (stored,) = responses(form_id)
    assert stored["response_data"] == body["form_response"]
    assert (stored["form_id"], stored["response_id"], stored["submission_id"]) == (form_id, "r1", "event-of-r1")
    assert stored["submitted_at"] == "2026-03-04T05:06:07Z"
    assert stored["processed_at"] >= stored["created_at"]
    assert [(one["kind"], one["value"], one["source"]) for one in stored["client_identifiers"]] == [
        ("email", "ana@example.com", "Your e-mail"),
        ("name", "Ana Souza", "Your name"),
    ]


def test_the_same_response_twice_is_stored_once() -> None:
    form_id = new_form("abc")
    first = deliver(payload("abc", "r1"))
    (before,) = responses(form_id)
    second = deliver(payload("abc", "r1", answers=[]) | {"event_id": "another"})
    assert (second.status, second.body) == (first.status, first.body)
    assert responses(form_id) == [before]


def test_the_same_response_at_many_places_at_once_is_stored_once() -> None:
    form_id = new_form("abc")
    raw = json.dumps(payload("abc", "r1"))
    headers = {"Typeform-Signature": signature_of(raw.encode(), SECRET)}
    statuses: list[int] = []

    async def one() -> None:
        event = rest_event("POST", "/webhooks/typeform", user_id=None, body=raw, headers=headers)
        statuses.append((await webhook_processor.async_handler(event, None))["statusCode"])

    async def many() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(12):
                group.start_soon(one)

    anyio.run(many)
    assert statuses == [200] * 12
    assert len(responses(form_id)) == 1


def test_the_header_counts_in_any_case_and_the_body_byte_for_byte() -> None:
    new_form("abc")
    raw = json.dumps(payload("abc", "r1", note="é 🍎"), ensure_ascii=False, indent=3)
    signature = signature_of(raw.encode(), SECRET)
    for name in ("typeform-signature", "TYPEFORM-SIGNATURE"):
        assert deliver(raw, **{name: signature}).status == 200
        assert deliver(raw + "\n", **{name: signature}).status == 401


def test_a_bad_or_missing_signature_stores_nothing() -> None:
    form_id = new_form("abc")
    raw = json.dumps(payload("abc", "r1"))
    right = signature_of(raw.encode(), SECRET)
    for wrong in ("", "sha256=", right[:-1], right.removeprefix("sha256="), "sha256=é🍎", signature_of(b"", SECRET)):
        answer = deliver(raw, **{"Typeform-Signature": wrong})
        assert (answer.status, answer.json["error_type"]) == (401, "authentication_error"), wrong
        assert right not in answer.body
    assert deliver(raw, Accept="*/*").status == 401
    assert responses(form_id) == []


def test_a_body_in_base64_is_decoded_first() -> None:
    form_id = new_form("abc")
    raw = json.dumps(payload("abc", "r1"), ensure_ascii=False).encode()
    event = rest_event("POST", "/webhooks/typeform", user_id=None, body=base64.b64encode(raw).decode())
    event |= {"isBase64Encoded": True, "headers": {"Typeform-Signature": signature_of(raw, SECRET)}}
    assert webhook_processor.lambda_handler(event, None)["statusCode"] == 200
    assert len(responses(form_id)) == 1


def test_over_a_megabyte_is_refused_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TYPEFORM_WEBHOOK_SECRET")
    answer = deliver("{" + "x" * MAX_BYTES, Accept="*/*")
    assert (answer.status, answer.json["error_type"]) == (413, "payload_too_large_error")


def test_nearly_a_megabyte_is_stored_and_shown() -> None:
    form_id = new_form("abc")
    body = payload("abc", "r1", answers=[{"type": "text", "text": '"' * 400_000}])
    assert deliver(body).status == 200
    assert len(responses(form_id)) == 1


def test_without_a_secret_only_development_takes_responses(monkeypatch: pytest.MonkeyPatch) -> None:
    form_id = new_form("abc")
    monkeypatch.setenv("TYPEFORM_WEBHOOK_SECRET", "")
    for environment in ("test", "production"):
        monkeypatch.setenv("ENVIRONMENT", environment)
        answer = deliver(payload("abc", "r1"))
        assert (answer.status, answer.json["error_type"]) == (503, "dependency_error")
    assert responses(form_id) == []
    monkeypatch.setenv("ENVIRONMENT", "development")
    with capture_logs() as logs:
        assert deliver(payload("abc", "r1"), Accept="*/*").status == 200
    assert any(log["event"] == "webhook_without_secret" and log["log_level"] == "warning" for log in logs)


def test_unknown_and_deleted_forms_are_not_found() -> None:
    assert deliver(payload("unknown", "r1")).status == 404
    assert delete(new_form("abc")).status == 200
    assert deliver(payload("abc", "r1")).status == 404


def test_what_is_no_response_is_refused() -> None:
    form_id = new_form("abc")
    good = payload("abc", "r1")
    deep: Any = "x"
    for _ in range(50):
        deep = [deep]
    bodies: list[Any] = [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"event_id": NaN}',
        good | {"event_type": "form_response_partial"},
        good | {"event_id": None},
        good | {"event_id": "x" * 101},
        good | {"form_response": []},
        payload("a" * 101, "r1"),
        payload("abc", ""),
        payload("abc", "x" * 101),
        payload("abc", "r\x00"),
        payload("abc", "r 1"),
        payload("abc", "r1", submitted_at="yesterday"),
        payload("abc", "r1", submitted_at="2026-03-04T05:06:07"),
        payload("abc", "r1", submitted_at="0001-01-01T00:00:00+14:00"),
        payload("abc", "r1", submitted_at="9999-12-31T23:59:59-14:00"),
        payload("abc", "r1", answers={}),
        payload("abc", "r1", answers=["x"]),
        payload("abc", "r1", answers=[{"type": "text", "text": "\x00"}]),
        payload("abc", "r1", more={"a\x00": 1}),
        payload("abc", "r1", more=deep),
        payload("abc", "r1", more=10**30),
        payload("abc", "r1", hidden=[]),
        json.dumps(payload("abc", "r1", more="?")).replace('"?"', '"\\ud800"'),
        json.dumps(payload("abc", "r1", more="?")).replace('"?"', "1e999"),
        json.dumps(payload("abc", "r1", more="?")).replace('"?"', "NaN"),
        json.dumps(payload("abc", "r1", more="?")).replace('"?"', "9" * 5000),
    ]
    for body in bodies:
        answer = deliver(body)
        assert (answer.status, answer.json["error_type"]) == (422, "validation_error"), str(body)[:200]
    assert responses(form_id) == []


def test_odd_answers_are_stored_as_they_are() -> None:
    form_id = new_form("abc")
    odd = [{}, {"type": 5}, {"type": "email", "email": {"a": 1}}, {"type": "text", "text": None, "field": "x"}]
    assert deliver(payload("abc", "r1", answers=odd, definition={"fields": {}}, hidden={"email": []})).status == 200
    (stored,) = responses(form_id)
    assert (stored["response_data"]["answers"], stored["client_identifiers"]) == (odd, [])


def test_a_response_without_a_time_is_of_now() -> None:
    form_id = new_form("abc")
    body = payload("abc", "r1")
    del body["form_response"]["submitted_at"]
    assert deliver(body).status == 200
    (stored,) = responses(form_id)
    assert stored["submitted_at"] <= stored["processed_at"]


def test_the_handler_needs_no_user_and_says_so() -> None:
    new_form("abc", PLAIN_USER)
    assert deliver(payload("abc", "r1")).status == 200
    assert "Auth: public" in (inspect.getdoc(inspect.unwrap(webhook_processor.async_handler)) or "")
