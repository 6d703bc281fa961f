"""Lambda of fetch_order."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, Permission, async_endpoint_handler
from shop.orders.schemas import (
    ApiCreateOrder,
    ApiOrder,
    ApiOrderFilter,
    ApiRate,
    ApiReview,
    ApiUpdateOrder,
    OrdersAdapter,
)

from .auth import orders_auth
import shop.orders.api.order
from shop.orders import api
from shop.orders.api import Filter, order as order_module
from ..api.order import *

container = Container()
ApiLocal = order_module.ApiThing


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders for orders.

    Request:
        Auth: a user of orders
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(event=event, filter_schema_class=Filter)
    orders = [api.order.ApiThing.from_domain(x) for x in filters]
    return {"statusCode": CREATED, "body": json.dumps([shop.orders.api.order.ApiThing.from_domain(x).model_dump() for x in orders])}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
