"""Lambda of get_order."""

import json

import anyio
from shop.kernel import Container, LambdaHelpers, async_endpoint_handler

from .auth import orders_auth

container = Container()


@async_endpoint_handler(orders_auth(), timeout=10)
async def async_handler(event, _):
    """Handle GET /orders/{id} to read an order.

    Request:
        Auth: a user of orders
    """
    answer = {"statusCode": 200, "headers": {}}
    try:
        order = await container.bootstrap().handle(LambdaHelpers.extract_path_parameter(event, "id"))
    except LookupError as error:
        answer |= {"statusCode": 404, "body": json.dumps({"detail": str(error)})}
    except TimeoutError:
        answer["statusCode"] = 503
        answer["body"] = ""
    else:
        answer["body"] = json.dumps({"id": order.id})
    return answer


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
