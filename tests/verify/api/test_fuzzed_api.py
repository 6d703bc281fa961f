"""Every operation under schemathesis: its examples, its limits, and random requests."""

from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support import postgres
from tests.support.api_fuzzer import fuzz
from tests.support.server import running_server

SEED = 20_261_122


def test_no_input_gives_a_5xx_or_an_undocumented_answer(postgres_server: str, seeded_template: str) -> None:
    with (
        postgres.clone(postgres_server, seeded_template) as url,
        running_server(url, TYPEFORM_WEBHOOK_SECRET="webhook-secret") as server,
    ):
        port = int(server.url.rpartition(":")[2])
        token = make_token(
            Settings(environment="test", port=port), "administrator", seconds=7200, people=MenuPlanning.people
        )
        report = fuzz(server, f"Bearer {token}", examples=50, seed=SEED, phases="examples,coverage,fuzzing")
    assert report.passed, report.text
    assert report.cases >= 5000
    print(f"\nschemathesis: {report.cases} requests, seed {SEED}, no 5xx and no undocumented answer")
