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
from elsewhere import find

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    x = await find()
    return {"statusCode": 200, "body": json.dumps(x)}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
