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
from dataclasses import dataclass


@dataclass
class Reply:
    status: int
    content: dict

    def to_lambda(self):
        return {"statusCode": self.status, "body": json.dumps(self.content)}


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    return Reply(201, {"id": "1"}).to_lambda()


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
