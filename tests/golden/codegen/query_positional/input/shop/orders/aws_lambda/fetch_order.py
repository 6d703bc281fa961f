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


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(event, ApiOrderFilter, True, 10, "-id")
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
