"""Lambda: gives the result of the fact that the path names."""

from typing import Any

import anyio

from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from tests.support.answer_facts import ANSWER_FACTS


@async_endpoint_handler(timeout=30.0, name="results")
async def async_handler(event: dict[str, Any], _: Any) -> Any:
    """Handle GET /results/{number} to get any kind of result."""
    number = int(event["pathParameters"]["number"])
    if number == len(ANSWER_FACTS):
        raise RuntimeError("no result at all")
    return ANSWER_FACTS[number].result


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
