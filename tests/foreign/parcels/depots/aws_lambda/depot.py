import asyncio
import json

from depots.aws_lambda.depots import DEPOTS


async def main(event, context):
    """Handle GET /depots/{code} for one depot.

    Request:
        Path: code (string)
        Auth: public

    Responses:
        200: The depot
        404: There is none
    """
    code = event["pathParameters"]["code"]
    if code == "000":
        return {"status": "not a result of a function"}
    if code not in DEPOTS:
        return {"statusCode": 404, "headers": {"Content-Type": "text/plain"}, "body": "none"}
    return {"statusCode": 200, "headers": {"WWW-Authenticate": "none"}, "body": json.dumps({code: DEPOTS[code]})}


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
