"""Made requests through both mappings: the events must be equal, and such as Powertools reads."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote_from_bytes, unquote

from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventModel, APIGatewayProxyEventV2Model
from hypothesis import assume
from hypothesis import strategies as st

from src.lambdatwin.gateway import event_parts
from src.lambdatwin.gateway.http import RawRequest
from src.lambdatwin.installation import configured_api
from src.lambdatwin.parity.api import Api, HeaderCase, Kind
from src.lambdatwin.parity.lambda_side.authorizer import Verified, cognito_texts, jwt_texts
from src.lambdatwin.parity.lambda_side.doubts import doubts
from src.lambdatwin.parity.lambda_side.event import Call, proxy_event
from src.lambdatwin.parity.lambda_side.router import Resources, Route
from src.lambdatwin.parity.wire import Sent
from src.lambdatwin.settings import Settings
from tests.support.own_values import without_own_values

NOW = datetime(2026, 11, 2, 8, 5, 9, tzinfo=UTC)
ROUTE = Route("GET", "/products/{id}", "module", "function", None)
APIS = {
    "rest": Api(),
    "rest, every option": Api(Kind.REST, "live", {"colour": "blue"}, ("application/*", "image/png"), HeaderCase.LOWER),
    "http-1.0": Api(Kind.HTTP_1, "live"),
    "http-2.0": Api(Kind.HTTP_2),
    "http-2.0, every option": Api(Kind.HTTP_2, "live", {"colour": "blue"}),
}
CLAIMS = st.none() | st.dictionaries(
    st.sampled_from(["sub", "exp", "iat", "cognito:groups", "email_verified"]),
    st.text(max_size=5) | st.integers(0, 2**40) | st.booleans() | st.lists(st.text(max_size=3)),
    max_size=4,
)


def sendable(request: RawRequest) -> RawRequest:
    """As a correct client on this machine would send it: the harness's own requests are like that."""
    path = quote_from_bytes(request.raw_path, safe="/%~'();=+").encode()
    query = quote_from_bytes(request.query, safe="&=%+;").encode()
    headers = [line for line in request.headers if line != (b"host", b"[::1]:80")]
    return request._replace(raw_path=path, query=query, headers=headers, source_ip="127.0.0.1")


def runtimes(api: Api) -> Any:
    settings = Settings(
        gateway_payload=api.kind.value,
        gateway_stage=api.stage or None,
        gateway_stage_variables=api.stage_variables or {},
        binary_media_types=api.binary_media_types,
        gateway_header_case=api.header_case.value,
    )
    return configured_api(settings)


def as_found(kind: Kind, parameters: Mapping[str, str]) -> dict[str, str]:
    """Path parameters as the harness's router gives them: those of an HTTP API are decoded."""
    decode = partial(unquote, errors="replace") if kind is not Kind.REST else str
    return {name: decode(value) for name, value in parameters.items()}


def prove_same_event(api: Api, request: RawRequest, claims: Any, parameters: Any) -> None:
    """Fails for two events that differ, and for one that Powertools refuses. What no source tells is not compared."""
    target = request.raw_path.decode() + ("?" + request.query.decode() if request.query else "")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers)
    sent = Sent("r-1", request.method, target, headers, request.body)
    route = event_parts.Route(ROUTE.method, ROUTE.resource)
    ours = runtimes(api).event(request, event_parts.Invocation(route, parameters or {}, "r-1", NOW, claims))
    model = APIGatewayProxyEventV2Model if api.kind is Kind.HTTP_2 else APIGatewayProxyEventModel
    model.model_validate(ours)
    assume(not doubts(api, Resources([ROUTE], api.kind), sent))
    texts = cognito_texts if api.is_rest else jwt_texts
    verified = None if claims is None else Verified(texts(claims))
    theirs = proxy_event(Call(api, sent, ROUTE, as_found(api.kind, parameters or {}), verified, NOW))
    assert without_own_values(theirs) == without_own_values(ours)
