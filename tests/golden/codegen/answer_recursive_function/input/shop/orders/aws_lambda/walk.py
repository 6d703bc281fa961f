"""Lambda: a function that calls itself."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


def walk(steps):
    if steps:
        return walk(steps - 1)
    return {"statusCode": 201, "headers": {}, "body": json.dumps({"done": True})}

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/walk for a walk.

    Request:
        Auth: a user of orders
    """
    return walk(3)


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
