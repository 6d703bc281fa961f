"""Lambda: what takes the rest of the path, and never looks at it."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id}/{proxy+} for the rest.

    Request:
        Auth: a user of orders
    """
    order_id = event["pathParameters"]["id"]
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
