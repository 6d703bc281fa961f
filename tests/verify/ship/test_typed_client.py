"""Other projects' tools make typed clients of the exported document: they compile, type-check and call the server."""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Settings
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
# A member of a type or class that is an id, or several, and what it is said to be.
_ID = re.compile(r"^ *(?:readonly )?\"?(?P<name>(?:\w+_)?ids?)\"?\??: (?P<type>.+)", re.MULTILINE)
_TYPED_SCRIPT = """
import type { components, operations } from "./client";

type Product = components["schemas"]["ApiProduct"];
export const id: Product["id"] = "p-1";
// @ts-expect-error an id is a text
export const wrong: Product["id"] = 1;
export const query: operations["products_catalog_fetch_product"]["parameters"]["query"] = { limit: 3 };
"""


@pytest.fixture(scope="module")
def exported() -> Path:
    document = ROOT / "generated" / "openapi.json"
    validate(json.loads(document.read_text(encoding="utf-8")))
    return document


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the TypeScript tools."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("openapi-typescript runs in Node.js, and there is no npm")
    folder = tmp_path_factory.mktemp("typescript")
    install = ["install", "--no-audit", "--no-fund", "--silent", "openapi-typescript@7", "typescript@5"]
    subprocess.run([npm, *install], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of the tool's own."""
    folder = tmp_path_factory.mktemp("client-tools")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", _GENERATOR, "mypy", "ruff"]
    subprocess.run([folder / "bin" / "python", *install], env=GIVEN, check=True)
    return folder / "bin" / "python"


def test_a_typed_client_of_the_export_compiles_and_works(
    python: Path, exported: Path, tmp_path: Path, postgres_server: str, seeded_template: str
) -> None:
    begun = time.monotonic()
    generator = python.parent / _GENERATOR
    page = (ROOT / "docs" / "front-end.md").read_text(encoding="utf-8")
    shown = next(line for line in page.splitlines() if line.startswith(f"{_GENERATOR} generate "))
    command = [str(generator), *shown.replace("generated/openapi.json", str(exported)).split()[1:]]
    path = {"PATH": f"{python.parent}:/usr/bin:/bin"}
    made = subprocess.run(
        [*command, "--fail-on-warning"], cwd=tmp_path, env=path, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    client = tmp_path / "menu_planning_client"
    calls = list((client / "api").glob("*/*_*.py"))
    assert len(calls) >= 46
    assert _of_any_kind("".join(path.read_text("utf-8") for path in client.rglob("*.py"))) == []
    subprocess.run([python, "-m", "compileall", "-q", client], check=True)
    # The tool's own base class, the same for every document, does not pass this mypy.
    (tmp_path / "mypy.ini").write_text("[mypy]\n[mypy-menu_planning_client.client]\nignore_errors = True\n")
    checked = subprocess.run([python, "-m", "mypy", client], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout[-3000:]
    with postgres.clone(postgres_server, seeded_template) as url, running_server(url) as server:
        settings = Settings(environment="test", port=int(server.url.rpartition(":")[2]))
        token = make_token(settings, "administrator", seconds=600, people=MenuPlanning.people)
        subprocess.run([python, "-c", _CALL, server.url, token], cwd=tmp_path, check=True)
    seconds = time.monotonic() - begun
    print(f"typed client: {len(calls)} operations generated, compiled and type-checked in {seconds:.1f} s")


def test_typescript_types_of_the_export_know_every_id(node: Path, exported: Path) -> None:
    tools = node / "node_modules" / ".bin"
    subprocess.run([tools / "openapi-typescript", exported, "-o", "client.ts"], cwd=node, check=True)
    assert _of_any_kind((node / "client.ts").read_text("utf-8")) == []
    (node / "use.ts").write_text(_TYPED_SCRIPT)
    checked = subprocess.run(
        [tools / "tsc", "--noEmit", "--strict", "use.ts"], cwd=node, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def _of_any_kind(code: str) -> list[str]:
    """Ids of which a client's type says nothing; the code must have ids."""
    found = [(match["name"], match["type"]) for match in _ID.finditer(code)]
    assert len(found) > 50
    return [name for name, type_ in found if re.search(r"\b(unknown|any|Any)\b", type_)]
