"""Reading database URLs."""

import pytest

from src.contexts.shared_kernel.adapters.database import create_engine, lambda_session_factory
from src.contexts.shared_kernel.domain.errors import DependencyUnavailable


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_spelling_of_the_scheme_is_asyncpg(scheme: str) -> None:
    engine = create_engine(f"{scheme}://me:p%40ss@host:1234/name?sslmode=require&channel_binding=prefer", pooled=True)
    assert engine.url.drivername == "postgresql+asyncpg"
    assert (engine.url.password, engine.url.port, engine.url.database) == ("p@ss", 1234, "name")
    assert not engine.url.query


def test_lambda_reads_its_environment_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@host/one")
    first = lambda_session_factory()
    assert lambda_session_factory() is first
    monkeypatch.setenv("DATABASE_URL", "postgres://me@host/two")
    assert lambda_session_factory() is not first
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(DependencyUnavailable):
        lambda_session_factory()
