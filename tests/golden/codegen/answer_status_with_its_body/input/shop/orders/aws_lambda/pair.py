"""Lambda of pair."""

import json

import anyio
from shop.kernel import Container, async_endpoint_handler, reply

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /pair to read an order.

    Request:
        Auth: a user of orders
    """
    order = await container.bootstrap().handle(1)
    status, body = (200, {"id": order.id}) if order else (404, {"detail": "no such order"})
    return reply(int(status), body)


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
