"""Lambda: the answer is an object first."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from dataclasses import asdict, dataclass

from .auth import orders_auth


@dataclass
class Answer:
    statusCode: int
    body: str

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/asdict for a dataclass.

    Request:
        Auth: a user of orders
    """
    return asdict(Answer(202, json.dumps({"id": 1})))


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
