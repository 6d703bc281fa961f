"""A quick slice of the fuzzing in tests/verify/api."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import TokenMaker
from tests.support import postgres
from tests.support.api_fuzzer import fuzz
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(postgres_server: str, seeded_template: str) -> Iterator[Server]:
    with (
        postgres.clone(postgres_server, seeded_template) as url,
        running_server(url, TYPEFORM_WEBHOOK_SECRET="webhook-secret") as running,
    ):
        yield running


@pytest.mark.long
def test_no_answer_is_undocumented(server: Server, token_of: TokenMaker) -> None:
    report = fuzz(server, token_of()["Authorization"], examples=1, seed=20_261_122, phases="fuzzing")
    assert report.passed, report.text
    assert report.cases >= 46
