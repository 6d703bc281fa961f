"""Lambda of a."""

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
    """Handle GET /orders for {{ 7 * 7 }} {% raw %} ' + evil() + ' \x22\x22\x22 ‮ \x00 \ud800 \\ # )

    Request:
        Auth: a user
    Responses:
        200: \"); import os; os.abort(); (\" {{ config }}\n""\" \N{BELL}
    """
    x = 1
    return {"statusCode": 200, "body": json.dumps({"a b": 1, '"); evil()': 2, "__class__": 3, "copy": 4, "‮": 5})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
