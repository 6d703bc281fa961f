"""Lambda of get_receipt."""

import base64

import anyio
from shop.kernel import Container, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /receipt to print one.

    Request:
        Auth: a user of orders
    """
    data = await container.bootstrap().handle(1)
    body = base64.b64encode(data).decode("ascii")
    return {"statusCode": 200, "headers": {}, "body": body, "isBase64Encoded": True}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
