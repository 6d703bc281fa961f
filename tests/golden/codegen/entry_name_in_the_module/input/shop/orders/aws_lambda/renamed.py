"""Lambda: the handler's first name is gone."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/renamed for a renamed one.

    Request:
        Auth: a user of orders
    """
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


handle = async_handler
del async_handler


def lambda_handler(event, context):
    return anyio.run(handle, event, context)
