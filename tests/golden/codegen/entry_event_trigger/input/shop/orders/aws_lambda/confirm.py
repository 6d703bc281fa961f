"""Lambda of confirm."""

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


@async_endpoint_handler(timeout=5)
async def async_handler(event, _):
    """Handle AWS Cognito post-confirmation trigger to make a user."""
    x = 1
    return event


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
