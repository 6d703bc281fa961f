"""Lambda: a task group runs the check."""

import json

import anyio
from shop.kernel import Permission, async_endpoint_handler

from .auth import orders_auth


async def check(user, needed):
    if not user.has_permission(needed):
        raise PermissionError(needed)

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/group for a group.

    Request:
        Auth: a user of orders
    """
    user = event["_auth_context"].user_object
    async with anyio.create_task_group() as group:
        group.start_soon(check, user, Permission.VIEW_AUDIT_LOG)
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
