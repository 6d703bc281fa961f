import pytest


@pytest.fixture
def database(seeded_database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A seeded database that the handlers find in their environment."""
    monkeypatch.setenv("DATABASE_URL", seeded_database_url)
    return seeded_database_url
