"""Lambda: an object that holds the event reads the parameter."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


class Request:
    def __init__(self, event):
        self.event = event

    @property
    def path(self):
        return self.event.get("pathParameters") or {}

    def path_value(self, name):
        return self.path[name]

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id}/method for a method.

    Request:
        Auth: a user of orders
    """
    order_id = Request(event).path_value("id")
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
