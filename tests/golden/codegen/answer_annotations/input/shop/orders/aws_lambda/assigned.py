"""Lambda: the same, assigned."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from shop.orders.schemas import ApiOrder

from .auth import orders_auth


Found = None | ApiOrder


async def load(): ...

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/assigned for one.

    Request:
        Auth: a user of orders
    """
    order: Found = await load()
    return {"statusCode": 200, "headers": {}, "body": order.model_dump_json()}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
