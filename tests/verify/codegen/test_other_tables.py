"""Other readers of the same tables: AWS's own for SAM, the CDK for its apps, Chalice and Powertools for theirs.

Each needs an environment of its own, which is named where it is missing:

    python3 -m venv .local/emulator && .local/emulator/bin/pip install aws-sam-cli
    python3 -m venv .local/cdk && .local/cdk/bin/pip install aws-cdk-lib        # and node
    python3 -m venv .local/chalice && .local/chalice/bin/pip install chalice
    npm install --prefix .local/osls osls                                       # the Serverless Framework's open form

`SAM_CLI_PYTHON`, `CDK_PYTHON` and `CHALICE_PYTHON` may name their interpreters instead.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen.declarations import Handler
from tests.golden.sources.cases import HERE, case, handler_text, linked, write
from tests.support.environment import GIVEN
from tests.support.postgres import ROOT
from tests.support.served_tables import lay

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
SAM = ("sam/flat_globals", "sam/http_api", "sam/layers", "sam/two_apis", "served/sam")
DECORATED = ("decorators/powertools_routers", "served/powertools")
# The command refuses what the other cases are about: opaque values, files above the service, properties of plug-ins.
SERVERLESS = ("serverless/short_forms", "served/serverless")
CHALICE = ("decorators/chalice_flat", "decorators/chalice_blueprints")

type Routes = set[tuple[str, str]]


def python_of(variable: str, name: str, package: str) -> str:
    """The interpreter of an optional environment; without it the test is left out."""
    python = GIVEN.get(variable) or str(ROOT / ".local" / name / "bin/python")
    if not Path(python).exists():
        pytest.skip(f"no {python}: python3 -m venv .local/{name} && .local/{name}/bin/pip install {package}")
    return python


def ran(command: list[str], folder: Path, **variables: str) -> str:
    """What a command prints."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=folder, env={**kept, **variables}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def laid(name: str, root: Path) -> Path:
    """The folder of a case that is written out."""
    folder = root / name.replace("/", "-")
    case(HERE.parent / f"{name}.txt" if name.startswith("served") else HERE / f"{name}.txt").lay(folder)
    return folder


def ours(root: Path) -> Routes:
    """The routes as this generator reads them, with each method of ANY."""
    return expanded((route.method, route.path) for route in linked(root).routes)


def expanded(routes: Iterable[tuple[str, str]]) -> Routes:
    """ANY, which SAM CLI spells in its own way, as all methods."""
    named = {(method if method in METHODS else "ANY", path) for method, path in routes}
    return {(one, path) for method, path in named for one in (METHODS if method == "ANY" else (method,))}


def test_templates_of_sam(tmp_path: Path) -> None:
    python = python_of("SAM_CLI_PYTHON", "emulator", "aws-sam-cli")
    folders = [laid(name, tmp_path) for name in SAM]
    templates = [str(next(folder.rglob("template.yaml"))) for folder in folders]
    script = str(Path(__file__).with_name("sam_routes.py"))
    seen = [json.loads(line) for line in ran([python, script, *templates], tmp_path).splitlines()]
    for folder, theirs in zip(folders, seen, strict=True):
        known = ours(folder)
        provided, translated = (expanded(map(tuple, theirs[key])) for key in ("provider", "translated"))
        # The gateway's own preflights are no routes of a function: SAM CLI lists them with the others.
        assert {route for route in provided if route[0] != "OPTIONS" or route in known} == known, folder.name
        assert translated <= known, folder.name
        nested = any(folder.glob("*/template.yaml"))
        assert nested or translated == known, folder.name
    print(
        f"tables: {sum(len(ours(folder)) for folder in folders)} routes of SAM as SAM CLI and the translator have them"
    )


def test_an_app_of_the_cdk(tmp_path: Path) -> None:
    """Its committed templates are what it writes today, but for logical ids of what is made anew."""
    python = python_of("CDK_PYTHON", "cdk", "aws-cdk-lib")
    if shutil.which("node") is None:
        pytest.skip("no node, which aws-cdk-lib runs in")
    root = tmp_path / "app"
    lay("cdk", root)
    committed = _rows(root)
    shutil.rmtree(root / "cdk.out")
    write(root / "pyproject.toml", '[[tool.codegen.route_source]]\nkind = "cdk"\npath = "cdk.json"\nrun = true\n')
    path = os.pathsep.join((str(Path(python).parent), os.environ["PATH"]))
    quiet = {"JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1"}
    command = [sys.executable, "-m", "codegen", "routes", "--format", "json", "--root", str(root)]
    printed = ran(command, ROOT, PATH=path, **quiet)
    found = [(row["method"], row["path"], row["file"]) for row in json.loads(printed)]
    assert found == [row[:3] for row in committed]
    (root / "pyproject.toml").unlink()
    assert _rows(root) == committed


def _rows(root: Path) -> list[tuple[str, str, str, str]]:
    """Method, path, file, and the folders of the source."""
    routes = [route for route in linked(root).routes if isinstance(route.handler, Handler)]
    rows = [(r.method, r.path, getattr(r.handler, "file", ""), handler_text(r.handler), r.api.name) for r in routes]
    return [row[:4] for row in sorted(rows, key=lambda row: (row[4], row[1], row[0]))]


@pytest.mark.parametrize("name", SERVERLESS)
def test_services_of_the_serverless_framework(name: str, tmp_path: Path) -> None:
    command = ROOT / ".local/osls/node_modules/.bin/osls"
    if not command.exists():
        pytest.skip(f"no {command}: npm install --prefix .local/osls osls")
    folder = laid(name, tmp_path)
    known = ours(folder)
    ran([str(command), "package"], folder)
    template = json.loads(
        (folder / ".serverless/cloudformation-template-update-stack.json").read_text(encoding="utf-8")
    )
    # The gateway's own preflights are no routes of a function.
    theirs = expanded(_packaged(template["Resources"]))
    assert {route for route in theirs if route[0] != "OPTIONS" or route in known} == known


def _packaged(resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The routes of a packaged service: method and path."""
    for resource in resources.values():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::ApiGatewayV2::Route":
                method, _, path = properties["RouteKey"].rpartition(" ")
                yield method or "ANY", path
            case "AWS::ApiGateway::Method":
                yield properties["HttpMethod"], _path(properties["ResourceId"], resources)


def _path(reference: dict[str, Any], resources: dict[str, Any]) -> str:
    if "Ref" not in reference:  # of the API itself: its root
        return "/"
    properties = resources[reference["Ref"]]["Properties"]
    return f"{_path(properties['ParentId'], resources).rstrip('/')}/{properties['PathPart']}"


_OF_POWERTOOLS = """
import importlib, json, sys
from aws_lambda_powertools.event_handler import ApiGatewayResolver
module = importlib.import_module(sys.argv[1])
app = next(value for value in vars(module).values() if isinstance(value, ApiGatewayResolver))
paths = json.loads(app.get_openapi_json_schema())["paths"]
print(json.dumps([[method, path] for path, methods in paths.items() for method in methods]))
"""


@pytest.mark.parametrize("name", DECORATED)
def test_apps_of_powertools(name: str, tmp_path: Path) -> None:
    folder = laid(name, tmp_path)
    for module, root, routes in _apps(folder):
        printed = ran([sys.executable, "-c", _OF_POWERTOOLS, module], root)
        theirs = {(method.upper(), _template(path)) for method, path in json.loads(printed)}
        # In front of the table's paths stands what `strip_prefixes` takes away.
        assert theirs == {(method, _inner(path, theirs)) for method, path in routes}


def _template(path: str) -> str:
    return path.replace("<", "{").replace(">", "}").rstrip("/") or "/"


def _inner(path: str, known: Routes) -> str:
    endings = [inner for _, inner in known if path.endswith(inner)]
    return max(endings, key=len, default=path)


_OF_CHALICE = """
import json, app
print(json.dumps([[method, path] for path, methods in app.app.routes.items() for method in methods]))
"""


@pytest.mark.parametrize("name", CHALICE)
def test_apps_of_chalice(name: str, tmp_path: Path) -> None:
    python = python_of("CHALICE_PYTHON", "chalice", "chalice")
    folder = laid(name, tmp_path)
    for _, root, routes in _apps(folder):
        assert {tuple(one) for one in json.loads(ran([python, "-c", _OF_CHALICE], root))} == routes


def _apps(folder: Path) -> list[tuple[str, Path, Routes]]:
    """Each app's module, the folder that it is imported from, and its routes."""
    found: dict[tuple[str, Path], Routes] = {}
    for route in linked(folder).routes:
        if isinstance(route.handler, Handler):
            module = route.handler.file.removesuffix(".py").replace("/", ".")
            place = module, folder / route.handler.code_root
            found.setdefault(place, set()).update(expanded([(route.method, route.path)]))
    assert found
    return [(module, root, routes) for (module, root), routes in found.items()]
