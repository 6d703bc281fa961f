"""Sequences of requests that follow from each other, found by schemathesis in the document of the running server."""

from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support import postgres
from tests.support.api_fuzzer import fuzz
from tests.support.environment import GIVEN
from tests.support.server import running_server

SEED = 20_261_122
PART = float(GIVEN.get("LOAD_PART", "1"))


def test_no_sequence_of_requests_gives_a_5xx(postgres_server: str, seeded_template: str) -> None:
    examples = max(5, int(100 * PART))
    with (
        postgres.clone(postgres_server, seeded_template) as url,
        running_server(url, TYPEFORM_WEBHOOK_SECRET="webhook-secret") as server,
    ):
        port = int(server.url.rpartition(":")[2])
        token = make_token(
            Settings(environment="test", port=port), "administrator", seconds=7200, people=MenuPlanning.people
        )
        report = fuzz(server, f"Bearer {token}", examples=examples, seed=SEED, phases="stateful")
    assert report.passed, report.text
    # Without links between operations there would be no sequences. How many requests they have differs from run to run.
    assert report.links > 0, report.text
    print(f"\nschemathesis, stateful: {report.cases} requests over {report.links} links, seed {SEED}", end=", ")
    print("no 5xx and no undocumented answer")
