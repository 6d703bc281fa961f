"""`python -m tests.integration.lambdatwin.faults.toys --child SOCKET READY`: the app with handlers that misbehave."""

import asyncio
import os
import re
import sys
import time
from typing import Any

from fastapi import APIRouter

from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware
from src.lambdatwin import ports
from src.lambdatwin.cli import serve
from src.lambdatwin.observability import watchdog
from src.lambdatwin.project import Registry
from src.runtimes.fastapi.project import MenuPlanning

type Event = dict[str, Any]
_LEAKED: list[asyncio.Task[None]] = []
_ANSWER = {"statusCode": 200, "headers": {}, "body": "done"}


def decorated(function: Any) -> Any:
    name = function.__name__
    return async_endpoint_handler(
        aws_lambda_logging_middleware(logger_name=name), aws_lambda_exception_handler_middleware(name=name), name=name
    )(function)


@decorated
async def fine(event: Event, context: Any) -> Any:
    return _ANSWER


@decorated
async def slow(event: Event, context: Any) -> Any:
    await asyncio.sleep(0.8)
    return _ANSWER


@decorated
async def hangs(event: Event, context: Any) -> Any:
    await asyncio.Event().wait()


@decorated
async def raises(event: Event, context: Any) -> Any:
    raise RuntimeError("the password is swordfish")


@decorated
async def exits(event: Event, context: Any) -> Any:
    sys.exit(3)


@decorated
async def blocks(event: Event, context: Any) -> Any:
    time.sleep(0.4)  # noqa: ASYNC251 - the fault that is looked for
    return _ANSWER


@decorated
async def loops(event: Event, context: Any) -> Any:
    """In a task of its own: the handler is nowhere on the stack."""

    async def never_ends() -> None:
        while True:
            count_on()

    await asyncio.gather(never_ends())


def count_on() -> None:
    """What runs most of the time."""
    sum(range(1000))


@decorated
async def backtracks(event: Event, context: Any) -> Any:
    """No other thread runs meanwhile."""
    return re.match(r"(a|aa)+$", "a" * 200 + "b")


@decorated
async def leaks(event: Event, context: Any) -> Any:
    _LEAKED.append(asyncio.get_running_loop().create_task(asyncio.sleep(3600)))
    return _ANSWER


HANDLERS = (fine, slow, hangs, raises, exits, blocks, loops, backtracks, leaks)


class Toys(MenuPlanning):
    """The project with the toys in the place of its handlers."""

    def registry(self) -> Registry:
        router = APIRouter(route_class=ports.LambdaRoute)
        for handler in HANDLERS:

            @ports.endpoint(handler=handler, module=__name__, function=handler.__name__, auth=None)
            async def signature() -> None: ...

            router.add_api_route(f"/{handler.__name__}", signature, methods=["GET", "POST"])
        return Registry((router,), ())


if __name__ == "__main__":
    # A test may want the traceback of what blocks every thread earlier than after ten seconds.
    watchdog._FROZEN = float(os.environ.get("TOYS_FROZEN_SECONDS", watchdog._FROZEN))
    sys.exit(serve(sys.argv[1:], Toys()))
