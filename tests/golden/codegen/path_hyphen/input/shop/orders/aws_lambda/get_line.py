"""Lambda: names that no Python variable could have."""

import json

import anyio
from shop.kernel import LambdaHelpers, async_endpoint_handler

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{order-id}/lines/{line.no}/{class} for one.

    Request:
        Path: order-id, the order's id
        Auth: a user of orders
    """
    order_id = LambdaHelpers.extract_path_parameter(event, "order-id")
    number = int(event["pathParameters"]["line.no"])
    kind = event["pathParameters"].get("class")
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"id": order_id, "number": number, "kind": kind})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
