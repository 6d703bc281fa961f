"""Lambda: a map over a frozenset."""

import json

import anyio
from shop.kernel import Permission, async_endpoint_handler

from .auth import orders_auth


NEEDED = frozenset({Permission.MANAGE_ORDERS, Permission.VIEW_AUDIT_LOG})

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/several for several.

    Request:
        Auth: a user of orders
    """
    user = event["_auth_context"].user_object
    if not all(map(user.has_permission, NEEDED)):
        raise PermissionError(NEEDED)
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
