"""Results through AWS's runtime client and the harness's own gateway, held to the table of facts."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest

from src.lambdatwin.parity.api import Api, Kind
from src.lambdatwin.parity.lambda_side.answer import gateway_answer
from src.lambdatwin.parity.lambda_side.runtime import Invocation, function_environment, invoke
from src.lambdatwin.parity.wire import Answer
from tests.support.answer_facts import ANSWER_FACTS, FAILED, AnswerFact, Expected, Mode

CASES = [(fact, mode) for fact in ANSWER_FACTS for mode in fact.modes]


def _invocation(result: object) -> Invocation:
    def lambda_handler(event: Any, context: Any) -> Any:
        return result

    return invoke(lambda_handler, {}, "request-1", timeout=29.0)


def _by_name(lines: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    named: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in lines:
        named[name].append(value)
    return named


def _seen(answer: Answer | Expected) -> tuple[int, dict[str, list[str]], bytes]:
    return answer.status, _by_name(answer.headers), answer.body


@pytest.mark.parametrize(("fact", "mode"), CASES, ids=[f"{mode}: {fact.name}" for fact, mode in CASES])
def test_a_result_gives_the_gateways_answer(fact: AnswerFact, mode: Mode) -> None:
    api = Api(Kind(mode), binary_media_types=fact.binary)
    answer = gateway_answer(api, _invocation(fact.result).payload, fact.accept)
    assert _seen(answer) == _seen(fact.expected[mode] or FAILED[mode])
    assert answer.undecided == ()


@pytest.mark.parametrize("mode", FAILED)
def test_an_exception_out_of_the_handler_is_the_gateways_failure(mode: Mode) -> None:
    def lambda_handler(event: Any, context: Any) -> Any:
        raise RuntimeError("no")

    invocation = invoke(lambda_handler, {}, "request-1", timeout=29.0)
    assert invocation.payload is None
    assert "RuntimeError" in (invocation.error or "")
    assert _seen(gateway_answer(Api(Kind(mode)), invocation.payload)) == _seen(FAILED[mode])


@pytest.mark.parametrize("end", [SystemExit(3), asyncio.CancelledError(), GeneratorExit()])
def test_what_ends_the_runtime_ends_the_invocation_and_not_the_harness(end: BaseException) -> None:
    def lambda_handler(event: Any, context: Any) -> Any:
        raise end

    invocation = invoke(lambda_handler, {}, "request-1", timeout=29.0)
    assert invocation.payload is None
    assert "Runtime.ExitError" in (invocation.error or "")


@pytest.mark.parametrize(
    ("mode", "result", "part"),
    [
        ("rest", {"statusCode": 200, "headers": {"X-N": 1}}, "x-n"),
        ("rest", {"statusCode": 200, "headers": {"X-N": None}}, "x-n"),
        ("rest", {"statusCode": 200, "headers": {"Upgrade": "h2c"}}, "upgrade"),
        ("rest", {"statusCode": 200, "headers": {"Keep-Alive": "timeout=5"}}, "keep-alive"),
        ("rest", {"statusCode": 200, "headers": {"a b": "c"}}, "status"),
        ("rest", {"statusCode": 200, "headers": {"X-A": "b\r\nX-C: d"}}, "status"),
        ("rest", {"statusCode": 200, "body": 1}, "body"),
        ("rest", {"statusCode": 200, "body": True}, "body"),
        ("rest", {"statusCode": 200, "multiValueHeaders": {"X-A": None}}, "answer"),
        ("rest", {"body": "x"}, "answer"),
        ("rest", {"statusCode": 99}, "answer"),
        ("rest", {"statusCode": 100}, "answer"),
        ("rest", {"statusCode": 600}, "answer"),
        ("rest", {"statusCode": 200.0}, "answer"),
        ("rest", {"statusCode": True}, "answer"),
        ("rest", {"statusCode": "0200"}, "answer"),
        ("rest", {"statusCode": 200, "isBase64Encoded": "true"}, "answer"),
        ("rest", {"statusCode": 200, "cookies": []}, "answer"),
        ("http-1.0", {"statusCode": 200, "unknownKey": 1}, "answer"),
        ("http-1.0", {}, "answer"),
        ("http-1.0", {"statusCode": None, "body": "x"}, "answer"),
        ("http-1.0", {"statusCode": 200, "headers": {"Keep-Alive": "timeout=5"}}, "keep-alive"),
        ("http-2.0", {"statusCode": 200, "cookies": "a=1"}, "answer"),
        ("http-2.0", {"statusCode": 200, "multiValueHeaders": {"a": ["b"]}}, "answer"),
        ("http-2.0", {"message": "inferred"}, "body"),
        ("http-2.0", None, "answer"),
    ],
)
def test_what_no_source_tells_is_not_taken_for_known(mode: Mode, result: Any, part: str) -> None:
    answer = gateway_answer(Api(Kind(mode)), _invocation(result).payload, "*/*")
    assert {item.part for item in answer.undecided} == {part}


def test_the_handler_gets_the_event_as_json_and_lambdas_whole_context() -> None:
    seen: list[Any] = []

    def lambda_handler(event: Any, context: Any) -> Any:
        seen.append((event, context, context.get_remaining_time_in_millis()))
        return {"statusCode": 200}

    event = {"body": "caf\u00e9", "queryStringParameters": None}
    with function_environment({}):
        assert invoke(lambda_handler, event, "request-7", timeout=29.0).payload == b'{"statusCode": 200}'
    (received, context, left), *_ = seen
    assert received == event
    assert received is not event
    assert type(left) is int
    assert 0 < left <= 29_000
    assert context.aws_request_id == "request-7"
    assert context.function_version == "$LATEST"
    assert context.invoked_function_arn.endswith(f":function:{context.function_name}")
    assert context.memory_limit_in_mb.isdigit()
    assert context.log_group_name == f"/aws/lambda/{context.function_name}"
    assert "[$LATEST]" in context.log_stream_name
    assert (context.client_context, context.tenant_id) == (None, None)
    assert (context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id) == (None, None)
