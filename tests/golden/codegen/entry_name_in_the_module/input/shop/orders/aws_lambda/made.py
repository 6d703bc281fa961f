"""Lambda: a function makes the handler, the module gives it its name."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


def make(limit):
    @async_endpoint_handler(orders_auth(), timeout=10)
    async def inner(event, _):
        """Handle GET /orders/made for a made one.

        Request:
            Auth: a user of orders
        """
        return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}

    return inner


async_handler = make(3)


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
