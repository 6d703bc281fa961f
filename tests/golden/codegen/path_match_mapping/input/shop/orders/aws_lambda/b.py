"""Lambda: patterns look into the body."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from shop.orders.schemas import ApiCreateOrder

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle PUT /orders for a rest.

    Request:
        Auth: a user of orders
    """
    match json.loads(event["body"]):
        case {"kind": "new", **rest}:
            order = ApiCreateOrder(**rest, author_id="me")
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
