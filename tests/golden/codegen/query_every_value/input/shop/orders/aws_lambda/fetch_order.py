"""Lambda of fetch_order."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders to look orders up.

    Request:
        Auth: a user of orders
    """
    single = event.get("queryStringParameters") or {}
    every = event.get("multiValueQueryStringParameters") or {}
    tags, page = every.get("tag", []), single.get("page")
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"tags": tags, "page": page})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
