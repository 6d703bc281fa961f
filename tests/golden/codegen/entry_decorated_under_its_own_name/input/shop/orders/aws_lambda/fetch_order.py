"""Lambda of fetch_order."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth

LIMIT = 7.5


async def async_handler(event, _):
    """Handle GET /orders/{id} for an order.

    Request:
        Path: id (string)
        Auth: a user of orders
    """
    order_id = event["pathParameters"]["id"]
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"id": order_id})}


async_handler = async_endpoint_handler(orders_auth(), timeout=LIMIT)(async_handler)


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
