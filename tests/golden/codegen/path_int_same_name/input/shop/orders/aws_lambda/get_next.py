"""Lambda: an answer that tells numbers of the path."""

import json

import anyio
from shop.kernel import LambdaHelpers, async_endpoint_handler

from .auth import orders_auth


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id}/next/{share} for the next one.

    Request:
        Auth: a user of orders
    """
    id = LambdaHelpers.extract_path_parameter(event, "id")
    number = int(id)
    share = float(event["pathParameters"]["share"])
    content = {"id": id, "number": number, "next": number + 1, "share": share, "text": str(number), "title": f"{number}"}
    return {"statusCode": 200, "headers": {}, "body": json.dumps(content)}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
