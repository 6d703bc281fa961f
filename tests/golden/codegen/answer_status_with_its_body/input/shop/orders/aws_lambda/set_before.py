"""Lambda of set_before."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /set-before/{id} to read an order.

    Request:
        Auth: a user of orders
    """
    order_id = LambdaHelpers.extract_path_parameter(event, "id")
    answer = {"statusCode": 200, "headers": {}, "body": json.dumps({"id": order_id})}
    if order_id == "none":
        answer["statusCode"] = 404
        answer["body"] = json.dumps({"detail": order_id})
    if order_id == "old":
        answer.update(statusCode=410, body=json.dumps({"since": 1}))
    return answer


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
