"""The routes of client_onboarding: forms, responses, and the signed webhook that needs no token."""

import base64
import hashlib
import hmac
import json
from typing import Any

from src.contexts.client_onboarding.core.bootstrap.seed import SEEDED_TYPEFORM_ID
from tests.integration.lambdatwin.parity.rows import ADMIN, USER, Row, Scenario, no_json, strangers

SECRET = "parity"
ENVIRONMENT = {"TYPEFORM_WEBHOOK_SECRET": SECRET}
_HOOK = "https://hooks.example/typeform"
_REMEMBER = {"form": lambda answer: str(answer["form_id"])}


def _delivery(token: str, typeform_id: str = SEEDED_TYPEFORM_ID) -> bytes:
    answer = {"type": "email", "email": "z\u00e9@example.com", "field": {"id": "f", "type": "email", "ref": "email"}}
    response: dict[str, Any] = {
        "form_id": typeform_id,
        "token": token,
        "submitted_at": "2026-01-20T10:00:00Z",
        "definition": {"fields": [{"id": "f", "title": "Your e-mail?", "type": "email", "ref": "email"}]},
        "answers": [answer],
    }
    return json.dumps(
        {"event_id": token, "event_type": "form_response", "form_response": response}, ensure_ascii=False
    ).encode()


def _signed(name: str, status: int, body: bytes, signature: str | None = None) -> Row:
    digest = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    value = f"sha256={digest}" if signature is None else signature
    headers = (("Content-Type", "application/json"), ("Typeform-Signature", value))
    return Row(name, status, "POST", "/webhooks/typeform", None, body=body, headers=headers)


def _query(kind: str, **fields: object) -> dict[str, object]:
    return {"query_type": kind, **fields}


SCENARIOS: dict[str, Scenario] = {
    "forms": [
        Row(
            "create",
            201,
            "POST",
            "/forms",
            ADMIN,
            json={"typeform_id": "parity-1", "webhook_url": _HOOK},
            remember=_REMEMBER,
        ),
        Row("again", 409, "POST", "/forms", ADMIN, json={"typeform_id": "parity-1", "webhook_url": _HOOK}),
        Row("no permission", 403, "POST", "/forms", USER, json={"typeform_id": "parity-2", "webhook_url": _HOOK}),
        Row("nowhere to send to", 400, "POST", "/forms", json={"typeform_id": "parity-2"}),
        Row("invalid field", 422, "POST", "/forms", ADMIN, json={"typeform_id": "a b", "webhook_url": _HOOK}),
        Row("read", 200, "GET", "/forms/{{form}}", ADMIN),
        Row("of somebody else", 403, "GET", "/forms/{{form}}", USER),
        Row("list", 200, "GET", "/forms", ADMIN),
        Row("list with a filter", 200, "GET", "/forms?status=active%7Cpaused&limit=1", ADMIN),
        Row("change", 200, "PATCH", "/forms/{{form}}", ADMIN, json={"status": "paused"}),
        Row("stale version", 409, "PATCH", "/forms/{{form}}", ADMIN, json={"status": "active", "version": 99}),
        Row("unknown status", 422, "PATCH", "/forms/{{form}}", ADMIN, json={"status": "lost"}),
        Row("unknown id", 404, "GET", "/forms/999999", ADMIN),
        Row("no number", 422, "GET", "/forms/abc", ADMIN),
        Row("a number out of range", 404, "GET", "/forms/99999999999999999999", ADMIN),
        Row("Arabic digits", 422, "GET", "/forms/%D9%A1", ADMIN),
        Row("delete", 200, "DELETE", "/forms/{{form}}", ADMIN),
        Row("gone", 404, "GET", "/forms/{{form}}", ADMIN),
        *no_json("POST", "/forms"),
        *no_json("PATCH", "/forms/1"),
        *strangers("POST", "/forms", json={}),
        *strangers("GET", "/forms"),
        *strangers("GET", "/forms/1"),
        *strangers("PATCH", "/forms/1", json={}),
        *strangers("DELETE", "/forms/1"),
    ],
    "webhook": [
        _signed("a response", 200, _delivery("parity-response")),
        _signed("the same again", 200, _delivery("parity-response")),
        _signed("unknown form", 404, _delivery("other", "nowhere")),
        _signed("wrong signature", 401, _delivery("x"), "sha256=AAAA"),
        _signed("empty signature", 401, _delivery("x"), ""),
        _signed("another algorithm", 401, _delivery("x"), "sha1=AAAA"),
        _signed("no response", 422, b"{}"),
        _signed("no JSON", 422, b"{"),
        _signed("too large", 413, b" " * (1024 * 1024 + 1)),
        Row("no signature", 401, "POST", "/webhooks/typeform", None, body=_delivery("x")),
        Row("a token does not help", 401, "POST", "/webhooks/typeform", ADMIN, body=_delivery("x")),
        Row("nothing", 401, "POST", "/webhooks/typeform", None),
        Row(
            "the response is there",
            200,
            "POST",
            "/query-responses",
            json=_query("response_by_id", response_id="parity-response"),
        ),
    ],
    "query-responses": [
        Row("my forms", 200, "POST", "/query-responses", json=_query("forms_by_user", limit=1)),
        Row("my responses", 200, "POST", "/query-responses", json=_query("responses_by_user", limit=2, offset=1)),
        Row("of a form", 200, "POST", "/query-responses", json=_query("responses_by_form", form_id=1)),
        Row(
            "of somebody else's form",
            403,
            "POST",
            "/query-responses",
            USER,
            json=_query("responses_by_form", form_id=1),
        ),
        Row("unknown response", 404, "POST", "/query-responses", json=_query("response_by_id", response_id="none")),
        Row("limit too high", 422, "POST", "/query-responses", json=_query("forms_by_user", limit=101)),
        Row("unknown type", 422, "POST", "/query-responses", json=_query("everything")),
        Row(
            "several, some of them bad",
            200,
            "POST",
            "/query-responses/bulk",
            json={
                "queries": [
                    _query("forms_by_user"),
                    _query("responses_by_form", form_id=999_999),
                    {"query_type": "x"},
                    {},
                ]
            },
        ),
        Row("none", 422, "POST", "/query-responses/bulk", json={"queries": []}),
        *no_json("POST", "/query-responses"),
        *no_json("POST", "/query-responses/bulk"),
        *strangers("POST", "/query-responses", json={}),
        *strangers("POST", "/query-responses/bulk", json={}),
    ],
}
