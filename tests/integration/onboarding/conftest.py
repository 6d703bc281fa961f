"""A database, the environment of the handlers, and a server that stands for Typeform."""

from collections.abc import Iterator

import pytest

from tests.integration.onboarding.support import SECRET, FakeTypeform


@pytest.fixture
def database(seeded_database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A seeded database that the handlers find in their environment, beside the secret of the webhook."""
    monkeypatch.setenv("DATABASE_URL", seeded_database_url)
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("TYPEFORM_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("TYPEFORM_WEBHOOK_URL", "https://api.example.test/webhooks/typeform")
    for name in ("TYPEFORM_API_KEY", "TYPEFORM_BASE_URL", "TYPEFORM_TIMEOUT", "AWS_LAMBDA_FUNCTION_NAME"):
        monkeypatch.delenv(name, raising=False)
    return seeded_database_url


@pytest.fixture
def typeform(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTypeform]:
    """Typeform on this machine; the handlers have its address and a key."""
    with FakeTypeform.running() as server:
        monkeypatch.setenv("TYPEFORM_BASE_URL", server.url)
        monkeypatch.setenv("TYPEFORM_API_KEY", "key-of-the-test")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server
