"""Lambda of pair_of_function."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler
from shop.orders.schemas import ApiOrder

from .auth import orders_auth

container = Container()


async def load(order_id):
    try:
        order = await container.bootstrap().handle(order_id)
    except LookupError:
        return 404, json.dumps({"detail": "no such order"})
    return 200, ApiOrder.from_domain(order).model_dump_json()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /pairs/{id} to read an order.

    Request:
        Auth: a user of orders
    """
    status, body = await load(LambdaHelpers.extract_path_parameter(event, "id"))
    return {"statusCode": status, "headers": {}, "body": body}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
