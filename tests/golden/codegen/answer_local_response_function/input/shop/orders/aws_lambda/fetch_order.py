"""Lambda of fetch_order."""

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
def _response(status, content):
    return {"statusCode": status, "body": json.dumps(content)}


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    if not event:
        return _response(404, {"message": "none"})
    return _response(201, {"id": "1", "message": "ok"})


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
