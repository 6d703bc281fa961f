"""Lambda: a status and a body that hang on the same name."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler
from shop.orders.schemas import ApiOrder

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id} for one order.

    Request:
        Auth: a user of orders
    """
    order = await container.bootstrap().handle(LambdaHelpers.extract_path_parameter(event, "id"))
    return {
        "statusCode": 200 if order else 404,
        "headers": {},
        "body": json.dumps({"error": "gone"}) if not order else ApiOrder.from_domain(order).model_dump_json(),
    }


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
