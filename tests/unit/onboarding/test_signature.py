"""The signature of a webhook."""

import base64
import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from src.contexts.client_onboarding.core.adapters.typeform.settings import TypeformSettings
from src.contexts.client_onboarding.core.adapters.typeform.signature import (
    MAX_BYTES,
    raw_bytes,
    require_signature,
    signature_of,
)
from src.contexts.shared_kernel.domain.errors import (
    AuthenticationError,
    BadValue,
    DependencyUnavailable,
    PayloadTooLarge,
)

BODY = '{"é": "🍎"}'.encode()


def settings(secret: str | None = "s3cret", environment: str = "production") -> TypeformSettings:
    return TypeformSettings(typeform_webhook_secret=secret, environment=environment)


def test_the_signature_is_that_of_the_documentation() -> None:
    digest = hmac.new(b"s3cret", BODY, hashlib.sha256).digest()
    assert signature_of(BODY, "s3cret") == "sha256=" + base64.b64encode(digest).decode()


@pytest.mark.parametrize("name", ["Typeform-Signature", "typeform-signature", "TYPEFORM-SIGNATURE"])
def test_the_header_counts_in_any_case(name: str) -> None:
    require_signature(BODY, {name: signature_of(BODY, "s3cret")}, settings())


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Typeform-Signature": ""},
        {"Typeform-Signature": None},
        {"Typeform-Signature": "sha256="},
        {"Typeform-Signature": signature_of(BODY, "another")},
        {"Typeform-Signature": signature_of(BODY + b" ", "s3cret")},
        {"Typeform-Signature": signature_of(BODY, "s3cret").removeprefix("sha256=")},
        {"Typeform-Signature": signature_of(BODY, "s3cret").upper()},
        {"Typeform-Signature": "sha256=é🍎"},
        {"Typeform-Signature": "\ud800"},
        {"X-Typeform-Signature": signature_of(BODY, "s3cret")},
    ],
)
def test_everything_else_is_refused(headers: dict[str, Any]) -> None:
    with pytest.raises(AuthenticationError):
        require_signature(BODY, headers, settings())


@given(st.text(st.characters()))
def test_no_signature_makes_it_fail_otherwise(signature: str) -> None:
    with pytest.raises(AuthenticationError):
        require_signature(BODY, {"Typeform-Signature": signature}, settings())


@pytest.mark.parametrize("environment", ["production", "test", "staging"])
def test_without_a_secret_nothing_passes(environment: str) -> None:
    with pytest.raises(DependencyUnavailable):
        require_signature(BODY, {"Typeform-Signature": signature_of(BODY, "")}, settings(None, environment))


@pytest.mark.parametrize("environment", ["development", " Development ", ""])
def test_development_lets_unsigned_bodies_pass_and_warns(environment: str) -> None:
    with capture_logs() as logs:
        require_signature(BODY, {}, settings(None, environment))
    assert [(log["event"], log["log_level"]) for log in logs] == [("webhook_without_secret", "warning")]


def test_a_secret_counts_in_development_too() -> None:
    with pytest.raises(AuthenticationError):
        require_signature(BODY, {}, settings(environment="development"))


def test_inside_lambda_development_must_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "webhook")
    with pytest.raises(DependencyUnavailable):
        require_signature(BODY, {}, settings(None, ""))


def test_the_body_is_decoded_before_it_is_checked() -> None:
    assert raw_bytes(base64.b64encode(BODY).decode(), encoded=True) == BODY
    assert raw_bytes(BODY.decode(), encoded=False) == BODY


@pytest.mark.parametrize("body", ["%%%", "é", "YQ", "\ud800"])
def test_a_body_that_is_not_base64(body: str) -> None:
    with pytest.raises(BadValue):
        raw_bytes(body, encoded=True)


def test_a_megabyte_passes_and_a_byte_more_does_not() -> None:
    exact = b"x" * MAX_BYTES
    assert len(raw_bytes(exact.decode(), encoded=False)) == MAX_BYTES
    assert len(raw_bytes(base64.b64encode(exact).decode(), encoded=True)) == MAX_BYTES
    with pytest.raises(PayloadTooLarge):
        raw_bytes("x" * (MAX_BYTES + 1), encoded=False)
    with pytest.raises(PayloadTooLarge):
        raw_bytes(base64.b64encode(exact + b"xx").decode(), encoded=True)
    # Bytes count, not characters.
    with pytest.raises(PayloadTooLarge):
        raw_bytes("é" * (MAX_BYTES // 2 + 1), encoded=False)
