"""Lambda: a schema of the path's parameters."""

import json

import anyio
from shop.kernel import async_endpoint_handler
from pydantic import BaseModel

from .auth import orders_auth


class Place(BaseModel):
    id: str
    line: int

@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id}/lines/{line} for a schema.

    Request:
        Auth: a user of orders
    """
    place = Place.model_validate(event["pathParameters"])
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"ok": True})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
