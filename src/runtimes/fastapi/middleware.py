"""A Lambda handler made runnable in this process: the same middleware, this runtime's strategies."""

import inspect
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
    """The handler's own coroutine between the middleware that its decorator names, or that the scan saw."""
    stated = _stated(operation) or _seen_by_the_scan(operation, strategies)
    middlewares = tuple(strategies.adapt(middleware) for middleware in stated.middlewares)
    return compose(inspect.unwrap(operation.handler), middlewares, stated.timeout)


def logs_requests(operation: LambdaOperation) -> bool:
    """Whether the handler's middleware writes the line of each request."""
    stated = _stated(operation)
    return stated is None or any(isinstance(middleware, LoggingMiddleware) for middleware in stated.middlewares)


def _stated(operation: LambdaOperation) -> Endpoint | None:
    stated: Any = getattr(operation.handler, "__endpoint__", None)
    return stated if isinstance(stated, Endpoint) else None


def _seen_by_the_scan(operation: LambdaOperation, strategies: Strategies) -> Endpoint:
    name = operation.module.rpartition(".")[2]
    middlewares: list[Middleware] = [
        LoggingMiddleware(name, strategies.logging),
        ErrorMiddleware(name, name, strategies.errors),
    ]
    if operation.auth is not None:
        middlewares.append(AuthenticationMiddleware(operation.auth, strategies.authentication))
    return Endpoint(name, tuple(middlewares), operation.timeout)
