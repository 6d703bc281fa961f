"""Lambda: some items of a list."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from shop.orders.schemas import ApiOrder

from .auth import orders_auth


async def load(): ...

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/first for the first.

    Request:
        Auth: a user of orders
    """
    orders = [ApiOrder.from_domain(o) for o in await load()][:10]
    return {"statusCode": 200, "headers": {}, "body": json.dumps([o.model_dump() for o in orders])}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
