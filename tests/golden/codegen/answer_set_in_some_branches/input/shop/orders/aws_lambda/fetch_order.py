"""Lambda: names that not every branch sets."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    rows = await orders()
    match rows:
        case []:
            content = {"empty": True}
        case [_]:
            status, content = 206, {"one": rows}
        case _:
            content, status = {"all": rows}, 200
    return {"statusCode": status, "headers": {}, "body": json.dumps(content)}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
