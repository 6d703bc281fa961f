"""Lambda: patterns look into the event."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from shop.orders.schemas import ApiUpdateOrder

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle POST /orders/{id} for a pattern.

    Request:
        Auth: a user of orders
    """
    match event:
        case {"pathParameters": {"id": order_id}, "body": str() as raw}:
            order = ApiUpdateOrder.model_validate_json(raw)
        case _:
            raise ValueError("no id")
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
