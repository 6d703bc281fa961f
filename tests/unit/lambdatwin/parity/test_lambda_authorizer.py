"""Lambda authorizers of the parity harness's Lambda side: identity sources, and the context of the event."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from src.lambdatwin.parity.api import Api, Kind
from src.lambdatwin.parity.lambda_side.authorizer import Verified
from src.lambdatwin.parity.lambda_side.declared.functions import Function, Functions
from src.lambdatwin.parity.lambda_side.declared.lambda_authorizer import LambdaAuthorization
from src.lambdatwin.parity.lambda_side.declared.tables import LambdaAuthorizer
from src.lambdatwin.parity.lambda_side.event import Call
from src.lambdatwin.parity.lambda_side.router import Route
from src.lambdatwin.parity.wire import Answer, Sent


@dataclass
class Said:
    """Functions that all say one thing, and keep the events that they got."""

    answer: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, function: Function, event: dict[str, Any], request_id: str, limit: float) -> SimpleNamespace:
        self.events.append(event)
        return SimpleNamespace(payload=json.dumps(self.answer), error=None)


def verdict(kind: Kind, said: Said, **given: Any) -> Verified | Answer:
    headers = (("host", "gateway.test"), ("user-agent", "toy/1"))
    sent = Sent("request-1", "GET", "/toys/1", headers, b"")
    route = Route("GET", "/toys/{id}", "toys", "handler", None)
    call = Call(Api(kind), sent, route, {"id": "1"}, None, datetime.now(UTC))
    declared = LambdaAuthorizer("Own", Function("own", "app.own", ("/",)), form="request", **given)
    return LambdaAuthorization(cast(Functions, said)).verdict(call, declared)


@pytest.mark.parametrize("kind", [Kind.REST, Kind.HTTP_1])
def test_of_what_was_not_sent_the_function_gets_empty_objects(kind: Kind) -> None:
    said = Said({})
    verdict(kind, said)
    [event] = said.events
    assert event["pathParameters"] == {"id": "1"}
    names = ("queryStringParameters", "multiValueQueryStringParameters", "stageVariables")
    assert [event[name] for name in names] == [{}, {}, {}]


def test_payload_1_has_no_null_and_of_a_simple_answer_no_principal() -> None:
    said = Said({"isAuthorized": True, "context": {"l": [1], "m": {"k": None}, "z": None, "yes": True}})
    made = verdict(Kind.HTTP_1, said, payload="2.0", simple=True)
    assert isinstance(made, Verified)
    assert {**(made.context or {}), "integrationLatency": 0} == {
        "l": "[1]",
        "m": '{"k":null}',
        "yes": "true",
        "integrationLatency": 0,
    }


VARIABLES = {
    "accountId": "123456789012",
    "apiId": "local",
    "domainName": "gateway.test",
    "domainPrefix": "gateway",
    "httpMethod": "GET",
    "identity.sourceIp": "127.0.0.1",
    "identity.userAgent": "toy/1",
    "path": "/toys/1",
    "protocol": "HTTP/1.1",
    "requestId": "request-1",
    "routeKey": "GET /toys/{id}",
    "stage": "$default",
}


@pytest.mark.parametrize("kind", [Kind.HTTP_1, Kind.HTTP_2])
def test_context_variables_are_found_whatever_the_payload_of_the_integration(kind: Kind) -> None:
    said, identity = Said({"isAuthorized": True}), tuple(f"$context.{name}" for name in VARIABLES)
    assert isinstance(verdict(kind, said, identity=identity, payload="2.0", simple=True), Verified)
    [event] = said.events
    assert dict(zip(VARIABLES, event["identitySource"], strict=True)) == VARIABLES


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        (Kind.REST, "context.resourcePath", True),
        (Kind.REST, "context.httpMethod", True),
        (Kind.REST, "context.identity.sourceIp", True),
        (Kind.REST, "context.routeKey", False),
        (Kind.REST, "context.identity.apiKey", False),
        (Kind.HTTP_2, "$context.resourcePath", False),
        (Kind.HTTP_2, "$context.http.method", False),
        (Kind.HTTP_1, "$context.unknown", False),
    ],
)
def test_a_variable_that_the_api_does_not_have_is_a_missing_identity(kind: Kind, name: str, found: bool) -> None:
    allow = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    said = Said({"principalId": "p", "policyDocument": allow})
    made = verdict(kind, said, identity=(name,))
    assert isinstance(made, Verified) == found
    assert isinstance(made, Verified) or made.status == 401


def test_an_answer_with_a_number_that_is_no_json_is_a_fault_of_the_authorizer() -> None:
    allow = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    made = verdict(Kind.REST, Said({"principalId": "p", "policyDocument": allow, "context": {"n": float("nan")}}))
    assert isinstance(made, Answer)
    assert made.status == 500
