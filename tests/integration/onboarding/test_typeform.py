"""What Typeform hears of forms."""

import ssl
import time

import pytest
from structlog.testing import capture_logs

from src.contexts.client_onboarding.core.bootstrap.health import external_services
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.onboarding.support import SECRET, FakeTypeform, change, create, delete, listed, new_form, read
from tests.support.rest import PLAIN_USER

pytestmark = pytest.mark.usefixtures("database")

URL = "https://example.test/hook"
PATH = "/forms/abc/webhooks/menu-planning"


def test_a_new_form_has_its_webhook_registered(typeform: FakeTypeform) -> None:
    assert create({"typeform_id": "abc", "webhook_url": URL}).status == 201
    assert typeform.calls == [
        {
            "method": "PUT",
            "path": PATH,
            "authorization": "Bearer key-of-the-test",
            "body": {"url": URL, "enabled": True, "verify_ssl": True, "secret": SECRET},
        }
    ]


def test_a_taken_typeform_id_leaves_the_first_webhook_alone(typeform: FakeTypeform) -> None:
    new_form("abc")
    assert create({"typeform_id": "abc", "webhook_url": URL}).status == 409
    assert len(typeform.calls) == 1


def test_the_webhook_follows_the_form(typeform: FakeTypeform) -> None:
    form_id = create({"typeform_id": "abc", "webhook_url": URL, "status": "draft"}).json["form_id"]
    change(form_id, {"status": "active"})
    change(form_id, {"version": 2})
    change(form_id, {"webhook_url": URL + "/2"})
    change(form_id, {"status": "paused"})
    assert [(call["body"]["url"], call["body"]["enabled"]) for call in typeform.calls] == [
        (URL, False),
        (URL, True),
        (URL + "/2", True),
        (URL + "/2", False),
    ]
    delete(form_id)
    assert [(call["method"], call["path"]) for call in typeform.calls[4:]] == [("DELETE", PATH)]


def test_when_typeform_refuses_nothing_happens(typeform: FakeTypeform) -> None:
    form_id = new_form("known")
    before = listed().json
    rule, down = (400, "business_rule_error"), (503, "dependency_error")
    for said, expected in {
        404: rule,
        400: rule,
        422: rule,
        401: down,
        403: down,
        429: down,
        500: down,
        302: down,
    }.items():
        typeform.status = said
        for answer in (create({"typeform_id": "abc"}), change(form_id, {"status": "paused"})):
            assert (answer.status, answer.json["error_type"]) == expected, said
            assert "key-of-the-test" not in answer.body
    assert listed().json == before


def test_a_deletion_does_not_wait_for_typeform(typeform: FakeTypeform) -> None:
    form_id = new_form("abc")
    typeform.status = 500
    assert delete(form_id).status == 200
    assert read(form_id).status == 404


def test_a_webhook_that_typeform_did_not_remove_goes_when_the_form_is_deleted_again(typeform: FakeTypeform) -> None:
    form_id, other = new_form("abc"), new_form("def")
    typeform.status = 503
    assert (delete(form_id).status, delete(other).status) == (200, 200)
    assert delete(form_id, PLAIN_USER).status == 404
    typeform.status = 200
    # Another form has taken over this one's webhook by now.
    new_form("def")
    typeform.calls.clear()
    assert [delete(form_id).status, delete(other).status] == [200, 200]
    assert [(call["method"], call["path"]) for call in typeform.calls] == [("DELETE", PATH)]
    assert [delete(form_id).status, delete(other).status] == [404, 404]


@pytest.mark.parametrize("manner", ["silent", "slow"])
def test_typeform_has_only_so_much_time(typeform: FakeTypeform, monkeypatch: pytest.MonkeyPatch, manner: str) -> None:
    monkeypatch.setenv("TYPEFORM_TIMEOUT", "0.2")
    setattr(typeform, manner, True)
    started = time.monotonic()
    answer = create({"typeform_id": "abc"})
    assert (answer.status, answer.json["error_type"]) == (503, "dependency_error")
    assert time.monotonic() - started < 3


def test_calls_share_the_authorities_that_they_trust(typeform: FakeTypeform, monkeypatch: pytest.MonkeyPatch) -> None:
    new_form("first")
    read_again: list[object] = []
    monkeypatch.setattr(ssl, "create_default_context", lambda **options: read_again.append(options))
    new_form("second")
    assert len(typeform.calls) == 2
    assert read_again == []


def test_no_typeform_at_all(typeform: FakeTypeform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEFORM_BASE_URL", "http://127.0.0.1:9")
    assert create({"typeform_id": "abc"}).status == 503


def test_settings_that_make_no_sense_are_our_fault(typeform: FakeTypeform, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TYPEFORM_BASE_URL", "ftp://x"), ("TYPEFORM_API_KEY", "clé"), ("TYPEFORM_TIMEOUT", "-1")):
        with monkeypatch.context() as patch, capture_logs() as logs:
            patch.setenv(name, value)
            answer = create({"typeform_id": "abc", "webhook_url": URL})
            # Whoever needs no Typeform does not notice.
            assert listed().status == 200
        assert (answer.status, answer.json["error_type"]) == (503, "dependency_error")
        assert any(log["event"] == "typeform_settings_unusable" and log["names"] == [name] for log in logs)


def test_without_a_key_a_stand_in_says_so(typeform: FakeTypeform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEFORM_API_KEY", " ")
    with capture_logs() as logs:
        form_id = new_form("abc")
        delete(form_id)
    assert [log["log_level"] for log in logs if log["event"] == "typeform_stand_in"] == ["warning", "warning"]
    assert typeform.calls == []


@pytest.mark.anyio
async def test_readiness_asks_typeform_with_the_key_and_says_why_not(
    typeform: FakeTypeform, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = external_services()["typeform"]
    for status, problem in ((200, None), (403, None), (404, None), (401, "status 401"), (502, "status 502")):
        typeform.status = status
        assert await ask() == problem
    assert {(call["method"], call["path"]) for call in typeform.calls} == {("GET", "/me")}
    monkeypatch.setenv("TYPEFORM_BASE_URL", "http://127.0.0.1:9")
    problem = await external_services()["typeform"]()
    assert problem == "Typeform does not answer."
    assert "key-of-the-test" not in problem


@pytest.mark.anyio
async def test_a_stand_in_is_no_service_but_in_production_it_is_told(
    typeform: FakeTypeform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TYPEFORM_API_KEY")
    monkeypatch.setenv("ENVIRONMENT", "test")
    assert external_services() == {}
    monkeypatch.setenv("ENVIRONMENT", "production")
    assert await external_services()["typeform"]() == "TYPEFORM_API_KEY is not set"


@pytest.mark.parametrize(
    ("name", "value"), [("TYPEFORM_BASE_URL", "typeform"), ("TYPEFORM_API_KEY", "clé"), ("TYPEFORM_TIMEOUT", "soon")]
)
def test_a_start_with_settings_that_make_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert MenuPlanning().problems() == []
    monkeypatch.setenv(name, value)
    (problem,) = MenuPlanning().problems()
    assert problem.startswith(f"{name}: ")
    assert value not in problem
