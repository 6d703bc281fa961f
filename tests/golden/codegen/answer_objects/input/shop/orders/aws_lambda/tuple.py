"""Lambda: the same as a named tuple."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from typing import NamedTuple

from .auth import orders_auth


class Answer(NamedTuple):
    statusCode: int
    body: str

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/tuple for a tuple.

    Request:
        Auth: a user of orders
    """
    return Answer(203, json.dumps({"id": 1}))._asdict()


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
