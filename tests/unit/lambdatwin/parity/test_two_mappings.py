"""The harness's gateway and the runtime's were written apart; on made requests they must not differ."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.gateway.http import RawRequest
from src.lambdatwin.parity.api import Api, Kind
from src.lambdatwin.parity.lambda_side.router import Resources, Route
from tests.support.routing_facts import ROUTING_FACTS, RoutingFact
from tests.unit.lambdatwin.gateway.requests_made import PARAMETERS, REQUESTS
from tests.unit.lambdatwin.parity.two_mappings import APIS, CLAIMS, as_found, prove_same_event, runtimes, sendable


@pytest.mark.parametrize("name", APIS)
@given(REQUESTS.map(sendable), CLAIMS, PARAMETERS)
def test_both_build_the_same_event(name: str, request_: RawRequest, claims: Any, parameters: Any) -> None:
    prove_same_event(APIS[name], request_, claims, parameters)


@pytest.mark.parametrize(
    "fact", [fact for fact in ROUTING_FACTS if fact.source.rank != "?"], ids=lambda fact: f"{fact.api}: {fact.name}"
)
def test_the_runtimes_router_follows_the_table_of_facts(fact: RoutingFact) -> None:
    table = runtimes(Api() if fact.api == "rest" else Api(Kind.HTTP_2)).routes()
    for key in fact.routes:
        method, _, template = key.rpartition(" ")
        table.add(method or "ANY", template, key)
    found = table.match(fact.method, fact.path)
    kind = Kind.REST if fact.api == "rest" else Kind.HTTP_2
    assert (found and (found[0], as_found(kind, found[1]))) == (fact.route and (fact.route, dict(fact.parameters)))


_TEMPLATE = st.lists(st.sampled_from(["a", "b", "c.d", "{x}", "{y}"]), min_size=1, max_size=4, unique=True)
_TABLES = st.lists(st.tuples(st.sampled_from(["GET", "POST", "ANY"]), _TEMPLATE, st.booleans()), min_size=1, max_size=8)
_PATHS = st.lists(st.sampled_from(["a", "b", "c.d", "cxd", "", "%61"]), max_size=5).map(
    lambda parts: "/" + "/".join(parts)
)


@pytest.mark.parametrize("kind", Kind)
@given(_TABLES, st.lists(_PATHS, min_size=1, max_size=8), st.sampled_from(["GET", "POST", "PUT"]))
def test_both_find_the_same_route(
    kind: Kind, table: list[tuple[str, list[str], bool]], paths: list[str], method: str
) -> None:
    routes, ours = [], runtimes(Api(kind)).routes()
    for number, (verb, parts, greedy) in enumerate(table):
        template = "/" + "/".join([*parts, "{rest+}"] if greedy else parts)
        route = Route(verb, template, f"module_{number}", "function", None)
        try:
            ours.add(verb, template, route)
        except ValueError:
            continue  # two templates of one shape: the generator reports those
        routes.append(route)
    theirs = Resources(routes, kind)
    for path in paths:
        if theirs.doubt(method, path) is None:
            found = ours.match(method, path)
            assert theirs.find(method, path) == (found and (found[0], as_found(kind, found[1])))
