"""DOCS=closed: neither the pages nor the document are served."""

import httpx
import pytest

from src.lambdatwin.app import create_app
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning

pytestmark = pytest.mark.anyio

PATHS = ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/docs/static/swagger-ui.css")
SETTINGS = {
    "environment": "test",
    "database_url": "postgresql://nobody@127.0.0.1:1/nothing",
    "cognito_user_pool_id": "eu-west-1_Ab12Cd34E",
    "cognito_client_id": "3n4b5urk1ft4fl3mg5e62d9ado",
}


@pytest.mark.parametrize(("docs", "served"), [("open", True), ("closed", False)])
async def test_docs_are_served_only_when_open(docs: str, served: bool) -> None:
    app = create_app(MenuPlanning(), Settings(**SETTINGS, docs=docs))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        for path in PATHS:
            assert ((await client.get(path)).status_code == 200) == served, path
