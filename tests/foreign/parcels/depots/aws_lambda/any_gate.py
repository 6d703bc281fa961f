import asyncio
import json

import anyio


async def main(event, context):
    """Handle ANY /gate/{lane} to ask for the gate.

    Request:
        Path: lane (string)
        Auth: public

    Responses:
        200: What was asked
    """
    await anyio.sleep(0)
    asked = {"method": event["httpMethod"], "lane": event["pathParameters"]["lane"], "id": context.aws_request_id}
    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}, "body": json.dumps(asked)}


def lambda_handler(event, context):
    return asyncio.run(main(event, context))
