"""Lambda of get_order."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, Permission, async_endpoint_handler
from shop.orders.schemas import (
    ApiCreateOrder,
    ApiOrder,
    ApiOrderFilter,
    ApiRate,
    ApiReview,
    ApiUpdateOrder,
    OrdersAdapter,
)

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id} for one order.

    Request:
        Auth: a user of orders
    """
    if not (order_id := event["pathParameters"].get("id")):
        raise ValueError("id")
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
