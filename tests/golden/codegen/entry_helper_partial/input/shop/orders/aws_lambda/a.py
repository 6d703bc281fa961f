"""Lambda: helpers with some of their arguments given before."""

import json

import anyio
from shop.kernel import LambdaHelpers, async_endpoint_handler
from .limits import HALF, read_filters
from functools import partial

from .auth import orders_auth


path_value = partial(LambdaHelpers.extract_path_parameter)

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id}/lines for lines.

    Request:
        Auth: a user of orders
    """
    order_id = path_value(event, "id")
    filters = read_filters(event=event, default_limit=HALF * 2)
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
