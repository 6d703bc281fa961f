import asyncio

from common.http import json_response
from tracking.store import PARCELS


async def main(event, context):
    """Handle GET /track/{proxy+} for anybody who has a code.

    Request:
        Path: proxy (string) - codes, with slashes between them
        Auth: public

    Responses:
        200: Where they are
    """
    codes = event["pathParameters"]["proxy"].split("/")
    response = json_response(200, {code: PARCELS[code].scans for code in codes if code in PARCELS})
    response["multiValueHeaders"] = {"Set-Cookie": ["last=" + codes[-1], "n=" + str(len(codes))]}
    return response


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
