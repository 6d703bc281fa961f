"""Two thousand made requests for each mode: equal events in the gateway and the harness, and valid for Powertools."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from src.lambdatwin.gateway.http import RawRequest
from tests.unit.lambdatwin.gateway.requests_made import PARAMETERS, REQUESTS
from tests.unit.lambdatwin.parity.two_mappings import APIS, CLAIMS, prove_same_event, sendable

REQUESTS_OF_A_MODE = 2_000


@pytest.mark.parametrize("name", APIS)
@settings(max_examples=REQUESTS_OF_A_MODE, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(REQUESTS.map(sendable), CLAIMS, PARAMETERS)
def test_made_requests(name: str, request_: RawRequest, claims: Any, parameters: Any) -> None:
    prove_same_event(APIS[name], request_, claims, parameters)
