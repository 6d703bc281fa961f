"""Lambda: a name that is defined by itself."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from . import e
from .e import *

from .auth import orders_auth


SELF = e.SELF

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/e for e.

    Request:
        Auth: a user of orders
    """
    return {"statusCode": SELF, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
