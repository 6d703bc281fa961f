"""Lambda: nor is a function within a function."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


def lambda_handler(event, context):
    @async_endpoint_handler(orders_auth(), timeout=10)
    async def async_handler(event, _):
        """Handle GET /orders/b for a nested one.

        Request:
            Auth: a user of orders
        """
        return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}

    return anyio.run(async_handler, event, context)
