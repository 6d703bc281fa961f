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
from shop.kernel import aws_lambda_logging_middleware

container = Container()
def logging_for_orders():
    return aws_lambda_logging_middleware(logger_name="orders")


@async_endpoint_handler(logging_for_orders(), orders_auth())
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    x = 1
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
