"""Lambda of problem."""

import json
from dataclasses import dataclass

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler, reply
from shop.orders.schemas import ApiOrder

from .auth import orders_auth

container = Container()


@dataclass
class Problem:
    detail: str
    status: int = 404


async def load(order_id):
    order = await container.bootstrap().handle(order_id)
    if order is None:
        return Problem("no such order")
    if order.gone:
        return Problem(detail="gone", status=410)
    return ApiOrder.from_domain(order)


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id} to read an order.

    Request:
        Auth: a user of orders
    """
    found = await load(LambdaHelpers.extract_path_parameter(event, "id"))
    if isinstance(found, Problem):
        return reply(found.status, {"detail": found.detail})
    return {"statusCode": 200, "headers": {}, "body": found.model_dump_json()}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
