"""Lambda: the code reads a name that no route can have."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{order_id} for one.

    Request:
        Auth: a user of orders
    """
    order_id = event["pathParameters"]["order:id"]
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"order_id": order_id})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
