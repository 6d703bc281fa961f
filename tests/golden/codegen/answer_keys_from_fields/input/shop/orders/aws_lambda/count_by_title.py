"""Lambda of count_by_title."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler
from shop.orders.schemas import ApiOrderFilter

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle POST /orders/by-title to look orders up.

    Request:
        Auth: a user of orders
    """
    # The default of a field says nothing about an object that was validated.
    wanted = [ApiOrderFilter.model_validate(part) for part in json.loads(event["body"])]
    return {"statusCode": 200, "headers": {}, "body": json.dumps({w.sort: w.limit for w in wanted})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
