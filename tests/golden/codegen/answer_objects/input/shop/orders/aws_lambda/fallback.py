"""Lambda: a schema from elsewhere, or from here."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


try:
    from fast_schemas import ApiOrder
except ImportError:
    from shop.orders.schemas import ApiOrder

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/fallback for a fallback.

    Request:
        Auth: a user of orders
    """
    return {"statusCode": 200, "headers": {}, "body": ApiOrder(id="1").model_dump_json()}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
