"""A database, the environment of the handlers, and a server that stands for Typeform."""

from collections.abc import Iterator

import anyio
import pytest

from src.contexts.iam.core.bootstrap.container import make_bus
from src.contexts.iam.core.domain.commands import AssignRole
from src.contexts.iam.core.domain.role import Role
from src.contexts.shared_kernel.adapters.database import lambda_session_factory
from tests.integration.onboarding.support import SECRET, FakeTypeform
from tests.support.rest import ADMINISTRATOR, PLAIN_USER


@pytest.fixture
def database(seeded_database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A seeded database whose two users add forms; the handlers find it and the webhook's secret in the environment."""
    monkeypatch.setenv("DATABASE_URL", seeded_database_url)
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("TYPEFORM_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("TYPEFORM_WEBHOOK_URL", "https://api.example.test/webhooks/typeform")
    for name in ("TYPEFORM_API_KEY", "TYPEFORM_BASE_URL", "TYPEFORM_TIMEOUT", "AWS_LAMBDA_FUNCTION_NAME"):
        monkeypatch.delenv(name, raising=False)
    anyio.run(make_client_manager, PLAIN_USER)
    return seeded_database_url


async def make_client_manager(user_id: str) -> None:
    role = Role("client_onboarding", "client_manager")
    await make_bus(lambda_session_factory()).handle(AssignRole(ADMINISTRATOR, user_id, role))


@pytest.fixture
def typeform(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTypeform]:
    """Typeform on this machine; the handlers have its address and a key."""
    with FakeTypeform.running() as server:
        monkeypatch.setenv("TYPEFORM_BASE_URL", server.url)
        monkeypatch.setenv("TYPEFORM_API_KEY", "key-of-the-test")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server
