"""Lambda of branches."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /branches/{id} to read an order.

    Request:
        Auth: a user of orders
    """
    order_id = LambdaHelpers.extract_path_parameter(event, "id")
    order = await container.bootstrap().handle(order_id)
    if order is None:
        status = 404
        body = {"detail": "no such order"}
    elif order.gone:
        status, body = 410, {"since": order.gone}
    else:
        status = 200
        body = {"id": order_id}
    text = json.dumps(body)
    return {"statusCode": status, "headers": {}, "body": text}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
