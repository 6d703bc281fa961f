"""The harness's gateway and the runtime's were written apart; on made requests they must not differ."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote_from_bytes, unquote

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from src.lambdatwin.gateway import invocation
from src.lambdatwin.gateway.api import api_of
from src.lambdatwin.gateway.http import RawRequest
from src.lambdatwin.parity.api import Api, HeaderCase, Kind
from src.lambdatwin.parity.lambda_side.authorizer import Verified, cognito_texts, jwt_texts
from src.lambdatwin.parity.lambda_side.doubts import doubts
from src.lambdatwin.parity.lambda_side.event import Call, proxy_event
from src.lambdatwin.parity.lambda_side.router import Resources, Route
from src.lambdatwin.parity.wire import Sent
from tests.support.own_values import without_own_values
from tests.support.routing_facts import ROUTING_FACTS, RoutingFact
from tests.unit.lambdatwin.gateway.requests_made import PARAMETERS, REQUESTS

NOW = datetime(2026, 11, 2, 8, 5, 9, tzinfo=UTC)
ROUTE = Route("GET", "/products/{id}", "module", "function", None)
APIS = {
    "rest": Api(),
    "rest, every option": Api(Kind.REST, "live", {"colour": "blue"}, ("application/*", "image/png"), HeaderCase.LOWER),
    "http-1.0": Api(Kind.HTTP_1, "live"),
    "http-2.0": Api(Kind.HTTP_2),
    "http-2.0, every option": Api(Kind.HTTP_2, "live", {"colour": "blue"}),
}
_CLAIMS = st.none() | st.dictionaries(
    st.sampled_from(["sub", "exp", "iat", "cognito:groups", "email_verified"]),
    st.text(max_size=5) | st.integers(0, 2**40) | st.booleans() | st.lists(st.text(max_size=3)),
    max_size=4,
)


def _sendable(request: RawRequest) -> RawRequest:
    """As a correct client on this machine would send it: the harness's own requests are like that."""
    path = quote_from_bytes(request.raw_path, safe="/%~'();=+").encode()
    query = quote_from_bytes(request.query, safe="&=%+;").encode()
    headers = [line for line in request.headers if line != (b"host", b"[::1]:80")]
    return request._replace(raw_path=path, query=query, headers=headers, source_ip="127.0.0.1")


def _runtimes(api: Api) -> Any:
    return api_of(
        api.kind.value,
        stage=api.stage or None,
        stage_variables=api.stage_variables or None,
        binary_media_types=api.binary_media_types,
        header_case=api.header_case.value,
    )


def _as_found(kind: Kind, parameters: Mapping[str, str]) -> dict[str, str]:
    """Path parameters as the harness's router gives them: those of an HTTP API are decoded."""
    decode = partial(unquote, errors="replace") if kind is not Kind.REST else str
    return {name: decode(value) for name, value in parameters.items()}


@pytest.mark.parametrize("name", APIS)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(REQUESTS.map(_sendable), _CLAIMS, PARAMETERS)
def test_both_build_the_same_event(name: str, request_: RawRequest, claims: Any, parameters: Any) -> None:
    api = APIS[name]
    target = request_.raw_path.decode() + ("?" + request_.query.decode() if request_.query else "")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request_.headers)
    sent = Sent("r-1", request_.method, target, headers, request_.body)
    assume(not doubts(api, Resources([ROUTE], api.kind), sent))
    route = invocation.Route(ROUTE.method, ROUTE.resource)
    ours = _runtimes(api).event(request_, invocation.Invocation(route, parameters or {}, "r-1", NOW, claims))
    texts = cognito_texts if api.is_rest else jwt_texts
    verified = None if claims is None else Verified(texts(claims))
    theirs = proxy_event(Call(api, sent, ROUTE, _as_found(api.kind, parameters or {}), verified, NOW))
    assert without_own_values(theirs) == without_own_values(ours)


@pytest.mark.parametrize(
    "fact", [fact for fact in ROUTING_FACTS if fact.source.rank != "?"], ids=lambda fact: f"{fact.api}: {fact.name}"
)
def test_the_runtimes_router_follows_the_table_of_facts(fact: RoutingFact) -> None:
    table = _runtimes(Api() if fact.api == "rest" else Api(Kind.HTTP_2)).routes()
    for key in fact.routes:
        method, _, template = key.rpartition(" ")
        table.add(method or "ANY", template, key)
    found = table.match(fact.method, fact.path)
    assert (found and found[0]) == fact.route


_TEMPLATE = st.lists(st.sampled_from(["a", "b", "c.d", "{x}", "{y}"]), min_size=1, max_size=4, unique=True)
_TABLES = st.lists(st.tuples(st.sampled_from(["GET", "POST", "ANY"]), _TEMPLATE, st.booleans()), min_size=1, max_size=8)
_PATHS = st.lists(st.sampled_from(["a", "b", "c.d", "cxd", "", "%61"]), max_size=5).map(
    lambda parts: "/" + "/".join(parts)
)


@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(_TABLES, st.lists(_PATHS, min_size=1, max_size=8), st.sampled_from(["GET", "POST", "PUT"]))
def test_both_find_the_same_route(
    kind: Kind, table: list[tuple[str, list[str], bool]], paths: list[str], method: str
) -> None:
    routes, ours = [], _runtimes(Api(kind)).routes()
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
            assert theirs.find(method, path) == (found and (found[0], _as_found(kind, found[1])))
