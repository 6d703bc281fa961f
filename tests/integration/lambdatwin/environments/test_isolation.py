"""No answer and no line of another request, and no acknowledged write lost (the long runs are in tests/verify)."""

from pathlib import Path

import pytest

from tests.support import foreign_sync
from tests.support.environment_faults import identities, identities_in_threads, recovery, writes_under_kills

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return foreign_sync.generate(tmp_path_factory.mktemp("isolation"))


async def test_no_answer_and_no_line_carries_another_requests_identity(
    backend: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(backend)
    async with foreign_sync.foreign_client(backend, lambda_environments=4) as client:
        found = await identities(client, 300, 100)
    assert (found.answers, found.mixed_answers, found.mixed_headers, found.mixed_lines) == (300, 0, 0, 0)
    assert found.lines == 600


def test_threads_would_mix_them(backend: Path) -> None:
    assert all(identities_in_threads(backend, 200))


async def test_writes_are_made_once_or_refused_while_environments_are_killed(
    backend: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = backend / "ledger.txt"
    ledger.touch()
    monkeypatch.chdir(backend)
    monkeypatch.setenv("LEDGER", str(ledger))
    async with foreign_sync.foreign_client(backend, lambda_environments=3) as client:
        found = await writes_under_kills(client, ledger, 200, 0.15, seed=1)
        seconds = await recovery(client)
    assert found.kills > 0
    assert found.lost == set()
    assert set(found.statuses) <= {201, 502, 504}
    assert found.statuses[201] > 0
    assert max(found.written.values()) == 1
    assert seconds < 5  # on a machine that does something else; tests/verify has the figure
