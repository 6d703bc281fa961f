"""Events of serverless.yml, held against what the Serverless Framework 3.39 packages of them."""

from pathlib import Path

import pytest

from codegen.declarations import Unresolved
from tests.golden.sources.cases import linked, write

SERVICE = """
service: shop
provider: {name: aws, runtime: python3.11}
functions:
  check: {handler: app.a}
  a:
    handler: app.a
    events:
"""


def told(folder: Path, *events: str) -> list[tuple[str, str]]:
    write(folder / "app.py", "def a(event, context): ...\n")
    write(folder / "serverless.yml", SERVICE + "".join(f"      - {event}\n" for event in events))
    return [(one.code, one.message) for one in linked(folder).findings]


@pytest.mark.parametrize("event", ["http: '*'", "http: GET", "httpApi: '* /a'", "httpApi: GET a", "httpApi: GET"])
def test_a_short_form_that_the_framework_refuses_is_no_route(event: str, tmp_path: Path) -> None:
    (found,) = told(tmp_path, event, "httpApi: GET /known")
    assert (found[0], "is no route: write a method and a path" in found[1]) == ("CG156", True)
    assert [route.path for route in linked(tmp_path).routes] == ["/known"]


@pytest.mark.parametrize("event", ["http: get a", "http: GET /a", "httpApi: any /a", "httpApi: '*'"])
def test_other_short_forms_are_routes(event: str, tmp_path: Path) -> None:
    assert told(tmp_path, event) == []
    assert len(linked(tmp_path).routes) == 1


def test_a_path_of_an_http_api_is_taken_as_it_is_written(tmp_path: Path) -> None:
    """The route key is `GET a`, which AWS refuses; the paths of `http` events have a slash put before them."""
    events = ("httpApi: {method: get, path: a}", "httpApi: {method: get, path: /b/}", "http: {method: get, path: c/}")
    assert told(tmp_path, *events) == [("CG156", "the path 'a' does not begin with a slash")]
    assert sorted(route.path for route in linked(tmp_path).routes) == ["/b/", "/c"]


def test_parameters_that_the_gateway_asks_for_are_told(tmp_path: Path) -> None:
    event = "http: {method: get, path: '/a/{b}', request: {parameters: %s}}"
    parameters = "{paths: {b: true}, querystrings: {page: true, size: false}, headers: {X-R: {required: true}}}"
    assert told(tmp_path, event % parameters) == [
        ("CG256", f"the parameter {name} is not asked for: requests without it reach the function")
        for name in ("page", "X-R")
    ]


def test_an_authorizer_that_several_events_state_in_another_way_is_refused(tmp_path: Path) -> None:
    """The framework makes one authorizer of a name: its type of the one event, its time of the other."""
    one = "http: {method: get, path: /a, authorizer: check}"
    other = "http: {method: put, path: /a, authorizer: {name: check, type: request, resultTtlInSeconds: 30}}"
    assert told(tmp_path, one, one.replace("/a", "/b")) == []
    assert [code for code, _ in told(tmp_path, one, other, "http: GET /open")] == ["CG154", "CG154"]
    assert [isinstance(route.authorizer, Unresolved) for route in linked(tmp_path).routes] == [True, True, False]


@pytest.mark.parametrize("event", ["http: {method: '*', path: /a}", "http: '* /a'"])
def test_every_method_of_a_rest_api_is_called_any(event: str, tmp_path: Path) -> None:
    """The framework makes a method `*` of it, whose resource no template may have."""
    message = "an event of a: the method * is of httpApi events alone: write any"
    assert told(tmp_path, event, "httpApi: {method: '*', path: /b}") == [("CG156", message)]
    assert [(route.method, route.path) for route in linked(tmp_path).routes] == [("ANY", "/b")]


def test_a_function_without_a_runtime_is_none_of_python(tmp_path: Path) -> None:
    told(tmp_path, "http: GET /a")
    write(tmp_path / "serverless.yml", (tmp_path / "serverless.yml").read_text().replace(", runtime: python3.11", ""))
    (found,) = linked(tmp_path).findings
    assert found.message == "GET /a is not served: a runs nodejs16.x, and only Python functions are served"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("name: '${env:NAME}'", "only the deploy tells the name of the function a: it is called shop-dev-a here"),
        ("runtime: '${env:RUNTIME}'", "only the deploy tells the runtime of a: it is taken for Python"),
        ("runtime: python3.8", "AWS takes no new functions for the runtime python3.8"),
    ],
)
def test_a_function_that_runs_otherwise_in_aws_is_told(said: str, words: str, tmp_path: Path) -> None:
    told(tmp_path, "http: GET /a")
    text = (tmp_path / "serverless.yml").read_text().replace("  a:\n    handler", f"  a:\n    {said}\n    handler")
    write(tmp_path / "serverless.yml", text)
    assert [(one.code, words in one.message) for one in linked(tmp_path).findings] == [("CG256", True)]
