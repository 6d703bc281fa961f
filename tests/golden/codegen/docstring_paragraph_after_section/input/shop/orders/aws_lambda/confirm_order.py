"""Lambda: text at the docstring's own indentation ends the section above it."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle POST /orders/{id}/confirm to confirm an order.

    An order is confirmed once.

    Request:
        Path: id (string)
            of the order

        Auth: a user of orders
    Only its author may do this.

    Responses:
        200: The order
            as it is now

        404: No order
        has this id

    A second confirmation changes nothing.
    It answers as the first one did.

    Returns:
        What API Gateway expects.

    Nobody is told by mail.

    Idempotency: the id of the order,
    whoever confirms it.

    Notes:
    Flat notes belong to their section.

    Last words.
        Deeper last words.
    """
    order_id = LambdaHelpers.extract_path_parameter(event, "id")
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"order_id": order_id})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
