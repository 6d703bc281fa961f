"""Lambda of get_order."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id} to read an order.

    Request:
        Auth: a user of orders
    """
    order = await container.bootstrap().handle(LambdaHelpers.extract_path_parameter(event, "id"))
    payload = {"id": order.id, **({"note": "late"} if order.late else {})}
    if order.paid:
        payload["paid"] = True
    for line in order.lines:
        payload["last"] = line.number
        payload["id"] = order.id
    payload = {"kind": 1, "sort": 2} | payload | {**({"kind": "late"} if order.late else {})}
    return {"statusCode": 200, "headers": {}, "body": json.dumps(payload)}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
