"""Lambda: the handler is defined in a branch."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


if __debug__:

    @async_endpoint_handler(orders_auth(), timeout=10)
    async def async_handler(event, _):
        """Handle GET /orders/branch for one in a branch.

        Request:
            Auth: a user of orders
        """
        return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
