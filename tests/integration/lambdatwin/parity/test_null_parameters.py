"""Events without path parameters, as only a mistaken deployment sends them: no route may answer with a 5xx."""

import json
from typing import Any

import pytest

from src.lambdatwin.parity.harness import Harness
from src.lambdatwin.parity.lambda_side.authorizer import Verified
from src.lambdatwin.parity.lambda_side.event import Call, proxy_event
from src.lambdatwin.parity.lambda_side.router import Route
from src.lambdatwin.parity.requests import Request
from tests.support.people import PEOPLE


def _statuses(both: Harness, route: Route, parameters: Any) -> tuple[str, int]:
    sent = both.sent(Request(f"null-{route.method}-{route.resource}", route.method, route.resource, (), b"{}", "admin"))
    side, verified = both.lambda_side, Verified({"sub": PEOPLE["admin"]})
    event = proxy_event(Call(side.api, sent, route, {}, verified, side.clock(sent.id))) | {"pathParameters": parameters}
    payload = side.invocation(route, event, sent.id).payload
    return f"{route.method} {route.resource}", json.loads(payload or b'{"statusCode": 502}')["statusCode"]


@pytest.mark.parametrize("parameters", [None, {}, {"id": ""}], ids=["null", "empty", "blank"])
def test_missing_path_parameters_are_a_bad_request(both: Harness, project_routes: list[Route], parameters: Any) -> None:
    routes = [route for route in project_routes if "{" in route.resource]
    answered = dict(_statuses(both, route, parameters) for route in routes)
    assert {name: status for name, status in answered.items() if status not in (400, 404, 422)} == {}
