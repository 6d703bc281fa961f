"""/auth/* is observed like any other route: a request id, a line in the log, a metric; audit lines name the address."""

import httpx
import pytest

from src.lambdatwin.observability.logging import fields_of
from tests.integration.lambdatwin.auth.cognitos import served

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("path", "event"), [("/auth/refresh", "refresh_refused"), ("/auth/logout", "refresh_refused")])
async def test_a_request_leaves_an_id_a_line_and_a_metric(
    seeded_database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    event: str,
) -> None:
    async with (
        served(seeded_database_url, monkeypatch) as app,
        httpx.AsyncClient(base_url=app.url, trust_env=False, verify=False) as client,
    ):
        answer = await client.post(path, json={"refresh_token": "unknown"})
        metrics = (await client.get("/metrics")).text
    assert answer.headers["x-request-id"]
    assert f'method="POST",route="{path}",status="{answer.status_code}"' in metrics
    lines = [(record.message, fields_of(record)) for record in caplog.records]
    assert any(said == "request_completed" and fields["route"] == path for said, fields in lines)
    assert any(said == event and fields["client"] == "127.0.0.1" for said, fields in lines)
