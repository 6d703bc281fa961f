"""Lambda: parameters with hyphens become fields in place."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from shop.orders.schemas import ApiOrderFilter

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    params = event.get("queryStringParameters") or {}
    filters = ApiOrderFilter(**{key.replace("-", "_"): value for key, value in params.items() if value})
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"title": filters.title_like})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
