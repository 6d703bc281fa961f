"""Lambda: form feeds and separators end no line."""

import json

import anyio
from shop.kernel import async_endpoint_handler

from .auth import orders_auth


#  
GAP = """ 
"""


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/c for c.

    Request:
        Auth: a user of orders
    """
    return {"statusCode": len(GAP), "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
