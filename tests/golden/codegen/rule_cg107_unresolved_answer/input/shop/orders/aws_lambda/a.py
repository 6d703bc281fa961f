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
from pydantic import TypeAdapter
from shop.orders.nowhere import ApiGone

container = Container()
async def find(): ...


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    x = await find()
    if x:
        return {"statusCode": 200, "body": TypeAdapter(list[ApiGone]).dump_json(x)}
    return {"statusCode": 200, "body": ApiGone.from_domain(x).model_dump_json()}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
