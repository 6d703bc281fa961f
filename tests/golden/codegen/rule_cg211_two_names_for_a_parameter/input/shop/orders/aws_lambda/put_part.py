"""Lambda: one part."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle PUT /parts/{id} for a part.

    Request:
        Auth: a user of orders
    """
    id = event["pathParameters"]["id"]
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"id": id})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
