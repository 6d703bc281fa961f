"""Lambda: what takes the rest of the path stands in the same place."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /parts/{proxy+} for parts.

    Request:
        Auth: a user of orders
    """
    proxy = event["pathParameters"]["proxy"]
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"proxy": proxy})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
