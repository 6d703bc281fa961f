"""Lambda of refused."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler, reply
from shop.orders.schemas import ApiCreateOrder

from .auth import orders_auth

container = Container()


def parsed(event, schema):
    try:
        return schema.model_validate_json(event["body"])
    except ValueError as error:
        return reply(422, {"detail": str(error)})


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle POST /orders to add an order.

    Request:
        Auth: a user of orders
    """
    api = parsed(event, ApiCreateOrder)
    if not isinstance(api, ApiCreateOrder):
        return api
    return {"statusCode": 201, "headers": {}, "body": json.dumps({"title": api.title})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
