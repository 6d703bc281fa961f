"""Lambda: a loop of its own."""

import json

import anyio
from shop.kernel import async_endpoint_handler
import asyncio

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/loop for a loop.

    Request:
        Auth: a user of orders
    """
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    loop = asyncio.new_event_loop()
    return loop.run_until_complete(async_handler(event, context))
