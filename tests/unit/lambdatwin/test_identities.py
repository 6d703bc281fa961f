"""Nobody sees anything of somebody else, and nothing blocks the loop (the long runs are in tests/verify/load)."""

import pytest

from tests.unit.lambdatwin.identities import mixed_identities

pytestmark = pytest.mark.anyio


async def test_answers_and_lines_belong_to_their_user(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await mixed_identities(800, 100, monkeypatch))[0] == 800
