"""The library without the packages for PostgreSQL, without a database, and without a class of the backend's own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import ROOT
from tests.support.server import clean_environment

# What the wheel does not bring by itself.
EXTRAS = (
    "alembic",
    "asyncpg",
    "dependency_injector",
    "greenlet",
    "jinja2",
    "libcst",
    "sqlalchemy",
    "structlog",
    "yaml",
)

UNUSED = "postgresql://me@127.0.0.1:1/none"
PROGRAM = f"""
import json, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())

from fastapi import APIRouter
from fastapi.testclient import TestClient
from src.lambdatwin import Project, ports
from src.lambdatwin.devtools.local import local_app
from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.project import Registry
from src.lambdatwin.settings import Settings

async def greet(event, context):
    claims = event["requestContext"].get("authorizer", {{}}).get("claims", {{}})
    return {{"statusCode": 200, "headers": {{}}, "body": claims.get("sub", "stranger")}}

router = ports.router("Greetings")
for path, auth in (("/open", None), ("/closed", "greetings")):
    async def signature(): ...
    bound = ports.endpoint(handler=greet, module="greetings", function="greet", auth=auth)(signature)
    router.add_api_route(path, bound, methods=["GET"], name=path)

project, settings = Project(), Settings(environment="test", database_url=sys.argv[1] or None)
app = local_app(project, settings, registry=Registry((router,), ()))
token = make_token(settings, "ana", seconds=60, people=project.people)
bearer = {{"Authorization": f"Bearer {{token}}"}}
with TestClient(app, base_url="http://localhost") as client:
    answers = [client.get("/open"), client.get("/closed"), client.get("/closed", headers=bearer)]
    answers += [client.get("/health/ready"), client.post("/auth/logout", headers=bearer)]
    answers += [client.get("/closed", headers=bearer)]
print(json.dumps([[answer.status_code, answer.text] for answer in answers]))
"""


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "logouts are kept in the memory"),
        pytest.param(UNUSED, "the packages for PostgreSQL are not installed (", marks=pytest.mark.long),
    ],
)
def test_a_route_is_served_and_a_logout_counts(tmp_path: Path, url: str, told: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, url],
        cwd=tmp_path,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert told in ran.stdout
    answers = json.loads(ran.stdout.splitlines()[-1])
    assert [status for status, _ in answers] == [200, 401, 200, 200, 200, 401], answers
    assert [answers[0][1], answers[2][1]] == ["stranger", "ana"]
    assert json.loads(answers[3][1])["checks"] == {"jwks": "ok"}
