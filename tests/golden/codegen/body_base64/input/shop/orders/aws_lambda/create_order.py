"""Lambda of create_order."""

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
    """Handle POST /orders to add an order.

    Request:
        Auth: a user of orders
    """
    user = event["_auth_context"].user_object
    import base64
    raw = event["body"]
    if event.get("isBase64Encoded"):
        raw = base64.b64decode(raw).decode()
    api = ApiCreateOrder.model_validate_json(raw)
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
