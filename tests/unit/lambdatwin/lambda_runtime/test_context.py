"""The context object that a handler gets."""

import re
from collections.abc import Iterable

import pytest
from aws_lambda_powertools import Logger
from awslambdaric.lambda_context import LambdaContext as OwnContext

from src.lambdatwin.lambda_runtime.context import LambdaContext


def test_everything_that_is_documented_is_there() -> None:
    context = LambdaContext("r-1", "toys", lambda: 1.5)
    assert (context.aws_request_id, context.function_name, context.function_version) == ("r-1", "toys", "$LATEST")
    assert re.fullmatch(r"arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:toys", context.invoked_function_arn)
    assert type(context.memory_limit_in_mb) is str
    assert int(context.memory_limit_in_mb) > 0
    assert context.log_group_name == "/aws/lambda/toys"
    assert re.fullmatch(r"[0-9]{4}/[0-9]{2}/[0-9]{2}/\[\$LATEST\][0-9a-f]{32}", context.log_stream_name)
    assert (context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id) == (None, None)
    assert (context.client_context, context.tenant_id) == (None, None)


@pytest.mark.parametrize(("seconds", "milliseconds"), [(1.5, 1500), (0.0009, 0), (-3, 0)])
def test_the_time_left_is_whole_milliseconds_and_never_negative(seconds: float, milliseconds: int) -> None:
    left = LambdaContext("r-1", "toys", lambda: seconds).get_remaining_time_in_millis()
    assert (type(left), left) == (int, milliseconds)


def test_powertools_logger_takes_it() -> None:
    logger = Logger(service="toys")

    @logger.inject_lambda_context
    def handler(event: dict[str, object], context: LambdaContext) -> str:
        return str(logger.get_current_keys()["function_arn"])

    context = LambdaContext("r-1", "toys", lambda: 1)
    assert handler({}, context) == context.invoked_function_arn


def test_it_writes_as_lambdas_own_does(capsys: pytest.CaptureFixture[str]) -> None:
    LambdaContext("r-1", "toys", lambda: 1).log({"a": 1})
    assert capsys.readouterr().out == "{'a': 1}"


def test_its_members_are_those_of_lambdas_own_for_vars_and_for_an_assignment() -> None:
    context, own = LambdaContext("r-1", "toys", lambda: 1), OwnContext("r-1", None, None, 0)
    assert _public(vars(context)) == _public(vars(own))
    for name in _public(vars(own)):
        setattr(context, name, "mine")


def _public(names: Iterable[str]) -> set[str]:
    return {name for name in names if not name.startswith("_")}


def test_a_handler_may_keep_something_on_it() -> None:
    context = LambdaContext("r-1", "toys", lambda: 1)
    context.tenant = "a"  # type: ignore[attr-defined]
    assert vars(context)["tenant"] == "a"
