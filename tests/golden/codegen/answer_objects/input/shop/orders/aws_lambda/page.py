"""Lambda: a generic schema."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from pydantic import BaseModel
from shop.orders.schemas import ApiOrder

from .auth import orders_auth


class ApiListed[T](BaseModel):
    items: list[T]
    total: int = 0

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/page for a page.

    Request:
        Auth: a user of orders
    """
    return {"statusCode": 200, "headers": {}, "body": ApiListed[ApiOrder](items=[]).model_dump_json()}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
