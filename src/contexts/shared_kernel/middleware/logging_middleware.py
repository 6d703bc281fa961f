"""Logging: one line for each request, when it is over."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from src.contexts.shared_kernel.logging import current_logger
from src.contexts.shared_kernel.middleware.composition import Event, Handler, Stage
from src.contexts.shared_kernel.middleware.strategies.aws_lambda import LambdaRequestFields

_TEXT = (str, bytes)
_NO_ANSWER: Mapping[str, Any] = MappingProxyType({})


class LoggingStrategy(Protocol):
    """What a runtime knows about a request beside the event."""

    def fields(self, event: Event, context: Any) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class LoggingMiddleware:
    """Writes `request_completed` with what its switches ask for; never a header, a query value or a body."""

    logger_name: str
    strategy: LoggingStrategy
    log_request: bool = True
    log_response: bool = True
    log_timing: bool = True
    include_event_summary: bool = False
    stage: ClassVar[Stage] = Stage.LOGGING

    def with_strategy(self, strategy: LoggingStrategy) -> "LoggingMiddleware":
        """The same middleware for another runtime."""
        return replace(self, strategy=strategy)

    async def __call__(self, handler: Handler, event: Event, context: Any, /) -> Any:
        started = time.perf_counter()
        result = None
        try:
            result = await handler(event, context)
            return result
        finally:
            self._log(event, context, result, time.perf_counter() - started)

    def _log(self, event: Event, context: Any, result: Any, seconds: float) -> None:
        user = event.get("_auth_context")
        fields = {**self.strategy.fields(event, context), "user_id": None if user is None else user.user_id}
        if self.log_request:
            fields["method"], fields["route"] = event.get("httpMethod"), event.get("resource")
        if self.include_event_summary:
            fields["event_keys"] = _event_keys(tuple(event))
        answer = result if isinstance(result, dict) else _NO_ANSWER
        fields["status"] = answer.get("statusCode")
        if self.log_response:
            body = answer.get("body")
            fields["response_length"] = len(body) if isinstance(body, _TEXT) else 0
        if self.log_timing:
            fields["duration_ms"] = round(seconds * 1000, 2)
        current_logger(self.logger_name).info("request_completed", **fields)


@lru_cache(maxsize=64)
def _event_keys(keys: tuple[str, ...]) -> list[str]:
    # Events of one gateway have the same keys, and the line is written for each of them.
    return sorted(key for key in keys if not key.startswith("_"))


def aws_lambda_logging_middleware(
    *,
    logger_name: str,
    log_request: bool = True,
    log_response: bool = True,
    log_timing: bool = True,
    include_event_summary: bool = False,
) -> LoggingMiddleware:
    """Request logging of a Lambda handler."""
    return LoggingMiddleware(
        logger_name, LambdaRequestFields(), log_request, log_response, log_timing, include_event_summary
    )
