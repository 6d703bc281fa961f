"""Lambda: the same, so that nothing is found."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle PUT /orders/{id} for what is good.

    Request:
        Auth: a user of orders
    """
    order_id = event["pathParameters"]["id"]
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
