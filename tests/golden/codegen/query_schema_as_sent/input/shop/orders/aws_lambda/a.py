"""Lambda: a schema of the query's parameters, spelled as its fields."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from shop.orders.schemas import ApiPage

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    page = ApiPage.model_validate(event.get("queryStringParameters") or {})
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
