"""Lambda: asyncio's runner."""

import json

import anyio
from shop.kernel import async_endpoint_handler
import asyncio

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/runner for a runner.

    Request:
        Auth: a user of orders
    """
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    with asyncio.Runner() as runner:
        return runner.run(async_handler(event, context))
