"""Somebody else's tool makes a typed client of the exported document; it compiles, type-checks and calls the server."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Environment, Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support import postgres
from tests.support.environment import GIVEN
from tests.support.postgres import ROOT
from tests.support.server import running_server

_GENERATOR = "openapi-python-client"
_CALL = """
import sys
from menu_planning_client import AuthenticatedClient
from menu_planning_client.api.products_catalog import products_catalog_fetch_product as products
from menu_planning_client.models import ApiProduct

answer = products.sync_detailed(client=AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2]), limit=3)
assert answer.status_code == 200 and isinstance(answer.parsed, list), answer
assert all(isinstance(product, ApiProduct) and product.name for product in answer.parsed)
print(len(answer.parsed))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of the tool's own."""
    folder = tmp_path_factory.mktemp("client-tools")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", _GENERATOR, "mypy", "ruff"]
    subprocess.run([folder / "bin" / "python", *install], env=GIVEN, check=True)
    return folder / "bin" / "python"


def test_a_typed_client_of_the_export_compiles_and_works(
    python: Path, tmp_path: Path, postgres_server: str, seeded_template: str
) -> None:
    exported = ROOT / "generated" / "openapi.json"
    validate(json.loads(exported.read_text(encoding="utf-8")))
    begun = time.monotonic()
    generator = python.parent / _GENERATOR
    command = [generator, "generate", "--path", exported, "--meta", "none", "--output-path", "menu_planning_client"]
    path = {"PATH": f"{python.parent}:/usr/bin:/bin"}
    made = subprocess.run(
        [*command, "--fail-on-warning"], cwd=tmp_path, env=path, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    client = tmp_path / "menu_planning_client"
    calls = list((client / "api").glob("*/*_*.py"))
    assert len(calls) >= 46
    subprocess.run([python, "-m", "compileall", "-q", client], check=True)
    # The tool's own base class, the same for every document, does not pass this mypy.
    (tmp_path / "mypy.ini").write_text("[mypy]\n[mypy-menu_planning_client.client]\nignore_errors = True\n")
    checked = subprocess.run([python, "-m", "mypy", client], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout[-3000:]
    with postgres.clone(postgres_server, seeded_template) as url, running_server(url) as server:
        settings = Settings(environment=Environment.TEST, port=int(server.url.rpartition(":")[2]))
        token = make_token(settings, "administrator", seconds=600, people=MenuPlanning.people)
        subprocess.run([python, "-c", _CALL, server.url, token], cwd=tmp_path, check=True)
    seconds = time.monotonic() - begun
    print(f"typed client: {len(calls)} operations generated, compiled and type-checked in {seconds:.1f} s")
