"""Lambda of get_order."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """handle get /orders/{id} to read an order.

    Request:
        Auth: a user of orders
    """
    order_id = LambdaHelpers.extract_path_parameter(event, "id")
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"id": order_id})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
