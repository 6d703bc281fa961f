"""The harness's router, held to the table of routing facts."""

import json

import pytest

from src.lambdatwin.parity.api import Kind
from src.lambdatwin.parity.lambda_side.router import BadRouteList, Resources, Route, parse_routes
from tests.support.routing_facts import ROUTING_FACTS, RoutingFact


def _route(key: str) -> Route:
    method, _, resource = key.rpartition(" ")
    return Route(method or "ANY", resource, "module", "function", None)


def _resources(fact: RoutingFact) -> Resources:
    return Resources([_route(key) for key in fact.routes], Kind.REST if fact.api == "rest" else Kind.HTTP_2)


def _name(fact: RoutingFact) -> str:
    return f"{fact.api}: {fact.name}"


def test_the_table_is_one() -> None:
    """Every case has a name of its own, and a source or none."""
    assert len({_name(fact) for fact in ROUTING_FACTS}) == len(ROUTING_FACTS) >= 40
    assert all(fact.route is None or fact.route in fact.routes for fact in ROUTING_FACTS)


@pytest.mark.parametrize("fact", [fact for fact in ROUTING_FACTS if fact.source.rank != "?"], ids=_name)
def test_a_fact_is_followed(fact: RoutingFact) -> None:
    for routes in (fact.routes, fact.routes[::-1]):  # the order of declaration means nothing
        resources = Resources([_route(key) for key in routes], Kind.REST if fact.api == "rest" else Kind.HTTP_2)
        found = resources.find(fact.method, fact.path)
        assert (found and (found[0].key, found[1])) == (fact.route and (fact.route, dict(fact.parameters)))


@pytest.mark.parametrize("fact", ROUTING_FACTS, ids=_name)
def test_what_no_source_tells_is_said(fact: RoutingFact) -> None:
    doubt = _resources(fact).doubt(fact.method, fact.path)
    assert (doubt is not None) == (fact.source.rank == "?")


def test_a_rest_api_has_no_default_route() -> None:
    with pytest.raises(BadRouteList, match="HTTP APIs"):
        Resources([_route("$default")])


def test_a_list_of_routes_has_authorizers_and_event_triggers() -> None:
    text = """[
        {"kind": "http", "method": "GET", "path": "/a", "module": "m", "function": "f", "auth": "shop", "timeout": 3.0,
         "authorizer": {"kind": "lambda", "key": "check"}, "scopes": ["read"]},
        {"kind": "http", "method": "GET", "path": "/b", "module": "m", "function": "f", "auth": null},
        {"kind": "event", "method": null, "path": null, "module": "m", "function": "f"}
    ]"""
    assert parse_routes(text, "a test") == [
        Route("GET", "/a", "m", "f", "shop", 3.0, "lambda", ("read",)),
        Route("GET", "/b", "m", "f", None),
    ]


def test_a_parameter_is_called_as_the_code_reads_it_where_a_docstring_names_it() -> None:
    entry = {"method": "GET", "path": "/a/{a_id}/{rest+}", "module": "m", "function": "f", "auth": None}
    names = [{"name": "a_id", "reads": "id"}, {"name": "rest", "reads": None}]
    said, declared = ({**entry, "path_parameters": names, "source": {"kind": kind}} for kind in ("docstrings", "sam"))
    assert [route.resource for route in parse_routes(json.dumps([said, declared]), "a test")] == [
        "/a/{id}/{rest+}",
        "/a/{a_id}/{rest+}",
    ]
