"""Lambda: the same, so that nothing is found."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler

from .auth import orders_auth

container = Container()
async def find():
    return {"id": "a", "total": 1}



@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /good for what is good.

    Request:
        Auth: a user of orders
    """
    found = await find()
    return {"statusCode": 200, "body": json.dumps(found)}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
