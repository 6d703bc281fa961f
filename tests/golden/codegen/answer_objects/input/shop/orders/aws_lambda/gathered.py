"""Lambda: what several tasks give."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from shop.orders.schemas import ApiOrder, ApiReview
import asyncio

from .auth import orders_auth


async def load() -> ApiOrder: ...


async def rate() -> ApiReview: ...

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/gathered for gathered ones.

    Request:
        Auth: a user of orders
    """
    order, review = await asyncio.gather(load(), rate())
    return {"statusCode": 200, "headers": {}, "body": order.model_dump_json()}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
