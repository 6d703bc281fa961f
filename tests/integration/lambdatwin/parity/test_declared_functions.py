"""Functions that tables declare, by the command alone: several APIs, authorizers, layers, payload formats."""

import json
from pathlib import Path

import pytest

from src.lambdatwin.parity.lambda_side.router import BadRouteList, parse_routes, routes_of
from tests.support import preloaded
from tests.support.postgres import ROOT
from tests.support.served_tables import compare, environment, lay, unasked


@pytest.mark.parametrize(
    "name", ["routes", *(pytest.param(name, marks=pytest.mark.long) for name in ("chalice", "serverless"))]
)
def test_every_route_answers_as_in_lambda(name: str, tmp_path: Path) -> None:
    root = tmp_path / name
    lay(name, root)
    assert unasked(name, root) == []
    faults, told = compare(name, root)
    assert faults == [], told


@pytest.mark.long
def test_a_page_of_the_servers_own_is_documented_as_the_apis_where_it_is(tmp_path: Path) -> None:
    lay("chalice", tmp_path)
    for command in ("generate", "openapi"):
        done = preloaded.finished(
            "src.lambdatwin", command, "--root", str(tmp_path), folder=ROOT, environment=environment()
        )
        assert done.returncode == 0, done.stdout + done.stderr
    paths = json.loads((tmp_path / "generated/openapi.json").read_text(encoding="utf-8"))["paths"]
    ids = {path: {method: one["operationId"] for method, one in item.items()} for path, item in paths.items()}
    assert ids["/health"] == {"get": "ledger_app_get_health"}
    assert ids["/auth/login"]["post"] == "ledger_app_post_auth_login"
    assert ids["/health/ready"] == {"get": "shell_ready"}


@pytest.mark.long
def test_a_function_finds_no_module_of_the_repository_on_either_side(tmp_path: Path) -> None:
    """Lambda has the code root and the layers; here the repository lies on the path of the server."""
    route = 'method = "GET"\npath = "/a"\nhandler = "app.handler"\ncode_root = "function"\nauthorizer = "none"\n'
    (tmp_path / "routes.toml").write_text(f"[[route]]\n{route}", encoding="utf-8")
    (tmp_path / "function").mkdir()
    (tmp_path / "function/app.py").write_text("import beside\n\ndef handler(event, context):\n    return {}\n")
    (tmp_path / "beside.py").write_text("")
    (tmp_path / "requests.jsonl").write_text('{"method": "GET", "path": "/a"}')
    command = ("src.lambdatwin", "parity", str(tmp_path / "requests.jsonl"), "--root", str(tmp_path))
    done = preloaded.finished(*command, folder=ROOT, environment=environment(PYTHONPATH=str(tmp_path)))
    assert "502      502" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.long
def test_what_depends_on_the_order_of_a_set_is_equal(tmp_path: Path) -> None:
    """As the `Allow` header of Flask does: Python orders a set of texts otherwise in each process."""
    route = 'method = "GET"\npath = "/a"\nhandler = "app.handler"\nauthorizer = "none"\n'
    (tmp_path / "routes.toml").write_text(f"[[route]]\n{route}", encoding="utf-8")
    answer = "{'statusCode': 200, 'body': ' '.join({str(number) for number in range(50)})}"
    text = f"def handler(event, context):\n    return {answer}\n"
    (tmp_path / "app.py").write_text(text, encoding="utf-8")
    (tmp_path / "requests.jsonl").write_text('{"method": "GET", "path": "/a"}')
    command = ("src.lambdatwin", "parity", str(tmp_path / "requests.jsonl"), "--root", str(tmp_path))
    done = preloaded.finished(*command, folder=ROOT, environment=environment())
    assert "1 of 1 requests equal" in done.stdout, done.stdout + done.stderr


def test_a_saved_list_says_that_it_lacks_what_tables_declare(tmp_path: Path) -> None:
    lay("routes", tmp_path)
    assert [route.resource for route in routes_of(tmp_path) if route.declared] == [
        "/files/{proxy+}",
        "/staff",
        "/users/{id}",
        "$default",
        "/partner",
    ]
    row = {"method": "GET", "path": "/a", "module": None, "function": "f", "api": ""}
    with pytest.raises(BadRouteList, match="GET /a: what a table declares is read from its root"):
        parse_routes(json.dumps([row]), "saved")


def test_an_authorizer_whose_function_is_not_in_the_code_base_is_not_run(tmp_path: Path) -> None:
    service = """
service: s
provider: {name: aws, runtime: python3.12}
functions:
  a:
    handler: app.a
    events: [http: {method: get, path: a, authorizer: 'arn:aws:lambda:eu-west-1:1:function:gate'}]
"""
    (tmp_path / "serverless.yml").write_text(service)
    (tmp_path / "app.py").write_text("def a(event, context):\n    return {'statusCode': 200}\n")
    (tmp_path / "pyproject.toml").write_text('[tool.lambdatwin.authorizers]\ngate = "deny"\n')
    (route,) = routes_of(tmp_path)
    assert (route.resource, route.auth, route.authorizer_runs) == ("/a", "gate", False)
