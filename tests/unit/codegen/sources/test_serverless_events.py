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
