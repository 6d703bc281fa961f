"""Lambda: an answer that is put together call by call."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


class Answer:
    def __init__(self):
        self._status = 200
        self._body = ""

    def status(self, code):
        self._status = code
        return self

    def json(self, content):
        self._body = json.dumps(content)
        return self

    def dict(self):
        return {"statusCode": self._status, "headers": {}, "body": self._body}


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle POST /orders to begin one.

    Request:
        Auth: a user of orders
    """
    return Answer().status(201).json({"message": "begun"}).dict()


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
