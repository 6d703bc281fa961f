"""A Lambda handler made runnable in this process: the same middleware, this runtime's strategies."""

from dataclasses import dataclass
from typing import Any

from src.contexts.shared_kernel.middleware.authentication_middleware import AuthenticationMiddleware
from src.contexts.shared_kernel.middleware.composition import Endpoint, Handler, Middleware, compose
from src.contexts.shared_kernel.middleware.error_middleware import ErrorMiddleware
from src.contexts.shared_kernel.middleware.logging_middleware import LoggingMiddleware
from src.contexts.shared_kernel.middleware.strategies.fastapi import (
    FastAPIAuthentication,
    FastAPIErrorReport,
    FastAPIRequestFields,
)
from src.lambdatwin.ports import LambdaOperation
from src.lambdatwin.project import HandlerRuntime


@dataclass(frozen=True, slots=True)
class Strategies:
    """This runtime's part of each middleware."""

    authentication: FastAPIAuthentication
    errors: FastAPIErrorReport
    logging: FastAPIRequestFields

    @classmethod
    def of(cls, runtime: HandlerRuntime) -> "Strategies":
        """The strategies of a process."""
        errors = FastAPIErrorReport(runtime.count_error, runtime.capture)
        return cls(FastAPIAuthentication(runtime.users), errors, FastAPIRequestFields())

    def adapt(self, middleware: Middleware) -> Middleware:
        """The same middleware with this runtime's strategy; a foreign one stays as it is."""
        match middleware:
            case AuthenticationMiddleware():
                return middleware.with_strategy(self.authentication)
            case ErrorMiddleware():
                return middleware.with_strategy(self.errors)
            case LoggingMiddleware():
                return middleware.with_strategy(self.logging)
            case _:
                return middleware


def runnable(operation: LambdaOperation, strategies: Strategies) -> Handler:
    """The handler's own coroutine between the middleware that its decorator names; any other handler as it is."""
    stated = _stated(operation)
    if stated is None:
        return operation.handler
    middlewares = tuple(strategies.adapt(middleware) for middleware in stated.middlewares)
    return compose(stated.handler, middlewares, stated.timeout)


def logs_requests(operation: LambdaOperation) -> bool:
    """Whether the handler's middleware writes the line of each request."""
    stated = _stated(operation)
    return stated is not None and any(isinstance(middleware, LoggingMiddleware) for middleware in stated.middlewares)


def _stated(operation: LambdaOperation) -> Endpoint | None:
    stated: Any = getattr(operation.handler, "__endpoint__", None)
    if not isinstance(stated, Endpoint):
        return None
    # `functools.wraps` copies the attribute: a decorator around this one must not be taken off.
    return stated if getattr(operation.handler, "__wrapped__", None) is stated.handler else None
