"""Lambda: tells what it was asked."""

import json
from typing import Any

import anyio

from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.sources import new_id, utc_now
from tests.support.own_values import without_own_values


@async_endpoint_handler(timeout=30.0, name="echo")
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /echo/{name} to get the event back, without the values that are AWS's own."""
    told = {"event": without_own_values(event), "ids": [new_id(), new_id()], "now": utc_now().isoformat()}
    body = json.dumps(told, sort_keys=True)  # the order of keys is nothing that AWS promises
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
