"""Results through AWS's runtime client and the harness's own gateway, against the table the bridge is held to."""

from typing import Any

import pytest

from src.lambdatwin.parity.lambda_side.answer import MALFORMED, gateway_answer
from src.lambdatwin.parity.lambda_side.runtime import Invocation, invoke
from src.lambdatwin.parity.wire import Answer
from tests.unit.lambdatwin.gateway.rest_cases import CASES, Case


def _invocation(result: object) -> Invocation:
    def lambda_handler(event: Any, context: Any) -> Any:
        return result

    return invoke(lambda_handler, {}, "request-1", timeout=29.0)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_result_gives_the_gateways_answer(case: Case) -> None:
    answer = gateway_answer(_invocation(case.result).payload)
    if case.answer is None:
        assert answer == MALFORMED
    else:
        assert answer == Answer(case.answer.status, case.answer.headers, case.answer.body)


def test_the_malformed_answer_is_exact() -> None:
    assert (MALFORMED.status, MALFORMED.body) == (502, b'{"message": "Internal server error"}')
    assert MALFORMED.headers == (("content-type", "application/json"),)


def test_an_exception_out_of_the_handler_is_the_gateways_failure() -> None:
    def lambda_handler(event: Any, context: Any) -> Any:
        raise RuntimeError("no")

    invocation = invoke(lambda_handler, {}, "request-1", timeout=29.0)
    assert invocation.payload is None
    assert "RuntimeError" in (invocation.error or "")
    assert gateway_answer(invocation.payload) == MALFORMED


def test_the_handler_gets_the_event_as_json_and_a_lambda_context() -> None:
    seen: list[Any] = []

    def lambda_handler(event: Any, context: Any) -> Any:
        seen.append((event, context.aws_request_id, context.get_remaining_time_in_millis()))
        return {"statusCode": 200}

    event = {"body": "caf\u00e9", "queryStringParameters": None}
    assert invoke(lambda_handler, event, "request-7", timeout=29.0).payload == b'{"statusCode": 200}'
    (received, request_id, left), *_ = seen
    assert (received, request_id) == (event, "request-7")
    assert received is not event
    assert 0 < left <= 29_000


@pytest.mark.parametrize(("text", "answer"), [("aGk=", b"hi"), ("a", None)])
def test_base64_is_decoded_for_a_binary_answer(text: str, answer: bytes | None) -> None:
    payload = b'{"statusCode": 200, "isBase64Encoded": true, "body": "%s"}' % text.encode()
    assert gateway_answer(payload).body == text.encode()
    expected = MALFORMED if answer is None else Answer(200, (("content-type", "application/json"),), answer)
    assert gateway_answer(payload, binary=True) == expected
