"""Lambda: a list in quotes."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from typing import TYPE_CHECKING

from .auth import orders_auth


if TYPE_CHECKING:
    from shop.orders.schemas import ApiOrder


async def load(): ...

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/quoted for all.

    Request:
        Auth: a user of orders
    """
    orders: "list[ApiOrder]" = await load()
    return {"statusCode": 200, "headers": {}, "body": json.dumps([o.model_dump() for o in orders])}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
