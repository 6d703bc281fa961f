"""Lambda of rate_order."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler
from shop.orders.schemas import ApiRate

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle POST /orders/{id}/rate to rate an order.

    Request:
        Auth: a user of orders
    """
    LambdaHelpers.extract_path_parameter(event, "id")
    data = json.loads(event["body"])
    data["user_id"] = event["_auth_context"].user_object.id
    api = ApiRate(rating=data)
    return {"statusCode": 201, "headers": {}, "body": api.rating.model_dump_json()}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
