"""Lambda: a filter of enums."""

import json

import anyio
from pydantic import BaseModel
from shop.kernel import LambdaHelpers, async_endpoint_handler
from shop.orders.kinds import Colour, Level, Point, Rank, Right, Size, Stars, Status

from .auth import orders_auth


class ApiKindFilter(BaseModel):
    status: Status = Status.OPEN
    colour: Colour | None = None
    size_in: list[Size] | None = None
    stars: Stars | None = None
    level: Level | int = Level.HIGH
    rank: Rank | None = None
    right: Right | None = None
    point: Point | None = None


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(event, ApiKindFilter)
    return {"statusCode": 200, "headers": {}, "body": json.dumps(filters)}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
