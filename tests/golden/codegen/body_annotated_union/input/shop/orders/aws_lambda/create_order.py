"""Lambda of create_order."""

import json
from typing import Annotated, Union

import anyio
from pydantic import Field, TypeAdapter
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler
from shop.orders.schemas import ApiCreateOrder, ApiOrder

from .auth import orders_auth

container = Container()
Command = Annotated[Union[ApiCreateOrder, ApiOrder], Field(union_mode="left_to_right")]
COMMAND = TypeAdapter(Command)


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle POST /orders to add an order.

    Request:
        Auth: a user of orders
    """
    user = event["_auth_context"].user_object
    api = COMMAND.validate_json(LambdaHelpers.body_with_author_id(event, user.id))
    return {"statusCode": 201, "headers": {}, "body": json.dumps({"title": api.title})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
