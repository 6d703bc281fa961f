"""Lambda: a method is no name of the module."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


class Handlers:
    @staticmethod
    @async_endpoint_handler(orders_auth(), timeout=10)
    async def async_handler(event, _):
        """Handle GET /orders/a for a method.

        Request:
            Auth: a user of orders
        """
        return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(Handlers.async_handler, event, context)
