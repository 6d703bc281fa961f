"""Lambda: sections whose lines are not indented, each up to an empty line."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/flat for flat sections.

    Request:
    Auth: a user of orders

    Responses:

    200: The order
    404: No order
    is there

    Words about all orders.
    """
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"flat": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
