"""Errors: whatever a handler raises becomes the documented error body; the reason goes to the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

from src.contexts.shared_kernel.lambda_helpers import require_acceptable_body
from src.contexts.shared_kernel.logging import current_logger
from src.contexts.shared_kernel.middleware.composition import Event, Handler, Stage
from src.contexts.shared_kernel.middleware.error_table import ErrorKind, error_body, kind_of, single_cause
from src.contexts.shared_kernel.middleware.headers import JSON_HEADERS
from src.contexts.shared_kernel.middleware.large_bodies import is_large, turn
from src.contexts.shared_kernel.middleware.strategies.aws_lambda import LambdaErrorReport

_LONGEST_REASON = 300
_MOST_CAUSES = 4


class ErrorStrategy(Protocol):
    """How a runtime names the request in which an error happened, and who else is told of it."""

    def report(self, event: Event, context: Any, kind: ErrorKind) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class ErrorMiddleware:
    """Answers for a handler that raised, and for one whose body is over the limits of every body."""

    name: str
    logger_name: str
    strategy: ErrorStrategy
    stage: ClassVar[Stage] = Stage.ERRORS

    def with_strategy(self, strategy: ErrorStrategy) -> "ErrorMiddleware":
        """The same middleware for another runtime."""
        return replace(self, strategy=strategy)

    async def __call__(self, handler: Handler, event: Event, context: Any, /) -> Any:
        try:
            body = event.get("body")
            require_acceptable_body(body)
            if is_large(body):
                async with turn():
                    return await handler(event, context)
            return await handler(event, context)
        except Exception as raised:  # the boundary: nothing a handler raises may reach the client as it is
            return self._answer(single_cause(raised), event, context)

    def _answer(self, error: Exception, event: Event, context: Any) -> dict[str, Any]:
        kind = kind_of(error)
        self._log(error, kind, self.strategy.report(event, context, kind))
        headers = dict(JSON_HEADERS)
        if kind.status == 503:
            headers["Retry-After"] = "1"
        return {"statusCode": kind.status, "headers": headers, "body": json.dumps(error_body(error, kind))}

    def _log(self, error: Exception, kind: ErrorKind, fields: Mapping[str, Any]) -> None:
        logger = current_logger(self.logger_name)
        shared = {"handler": self.name, "status": kind.status, "error_type": kind.error_type, **fields}
        if kind.status == 503:
            # What is away is away for every request: a traceback for each would be a load of its own.
            logger.error("request_failed", reason=_in_a_line(error), **shared)
        elif kind.status >= 500:
            logger.error("request_failed", exc_info=error, **shared)
        else:
            logger.info("request_refused", reason=type(error).__name__, **shared)


def _in_a_line(error: BaseException) -> str:
    """The exception and what caused it, without where."""
    said: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(said) < _MOST_CAUSES:
        said.append(f"{type(cause).__name__}: {next(iter(str(cause).splitlines()), '')[:_LONGEST_REASON]}")
        cause = cause.__cause__
    return ", because of ".join(said)


def aws_lambda_exception_handler_middleware(
    *, name: str = "exception_handler", logger_name: str = "errors"
) -> ErrorMiddleware:
    """Error answers of a Lambda handler."""
    return ErrorMiddleware(name, logger_name, LambdaErrorReport())
