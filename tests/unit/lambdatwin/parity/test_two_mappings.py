"""The harness's gateway and the runtime's bridge were written apart; on made requests they must not differ."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.lambdatwin.gateway.http import RawRequest
from src.lambdatwin.gateway.rest_event import rest_event
from src.lambdatwin.gateway.route_table import RouteTable
from src.lambdatwin.parity.lambda_side.event import proxy_event
from src.lambdatwin.parity.lambda_side.router import Resources, Route
from src.lambdatwin.parity.wire import Sent
from tests.unit.lambdatwin.gateway.requests_made import PARAMETERS, REQUESTS

NOW = datetime(2026, 11, 2, 8, 5, 9, tzinfo=UTC)
ROUTE = Route("GET", "/products/{id}", "module", "function", None)
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


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(REQUESTS.map(_sendable), _CLAIMS, PARAMETERS)
def test_both_build_the_same_event(request_: RawRequest, claims: Any, parameters: Any) -> None:
    target = request_.raw_path.decode() + ("?" + request_.query.decode() if request_.query else "")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request_.headers)
    sent = Sent("r-1", request_.method, target, headers, request_.body)
    ours = rest_event(
        request_, resource="/products/{id}", path_parameters=parameters, request_id="r-1", now=NOW, claims=claims
    )
    assert proxy_event(sent, ROUTE, parameters or {}, claims, NOW) == ours


_TEMPLATE = st.lists(st.sampled_from(["a", "b", "c.d", "{x}", "{y}"]), min_size=1, max_size=4, unique=True)
_TABLES = st.lists(st.tuples(st.sampled_from(["GET", "POST"]), _TEMPLATE, st.booleans()), min_size=1, max_size=8)
_PATHS = st.lists(st.sampled_from(["a", "b", "c.d", "cxd", "", "%61"]), max_size=5).map(
    lambda parts: "/" + "/".join(parts)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_TABLES, st.lists(_PATHS, min_size=1, max_size=8), st.sampled_from(["GET", "POST", "PUT"]))
def test_both_find_the_same_route(table: list[tuple[str, list[str], bool]], paths: list[str], method: str) -> None:
    routes, ours = [], RouteTable[Route]()
    for number, (verb, parts, greedy) in enumerate(table):
        template = "/" + "/".join([*parts, "{rest+}"] if greedy else parts)
        route = Route(verb, template, f"module_{number}", "function", None)
        try:
            ours.add(verb, template, route)
        except ValueError:
            continue  # two templates of one shape: the generator reports those
        routes.append(route)
    theirs = Resources(routes)
    for path in paths:
        assert theirs.find(method, path) == ours.match(method, path)
