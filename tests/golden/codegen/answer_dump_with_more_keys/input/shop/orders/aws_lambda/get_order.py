"""Lambda of get_order."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler
from shop.orders.schemas import ApiOrder

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id} to read an order.

    Request:
        Auth: a user of orders
    """
    order = await container.bootstrap().handle(LambdaHelpers.extract_path_parameter(event, "id"))
    data = ApiOrder.from_domain(order).model_dump(mode="json")
    data["title"] = data["title"].strip()
    data["links"] = {"self": f"/orders/{order.id}"}
    data.update(fresh=True)
    return {"statusCode": 200, "headers": {}, "body": json.dumps(data)}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
