import asyncio
import json

from src.shared import trace


async def handle(event, context):
    """Handle ANY /legacy/{proxy+} for what the old system served.

    Request:
        Path: proxy (string) - the old path
        Auth: public

    Responses:
        410: It has gone
    """
    gone = {'gone': event['pathParameters']['proxy'], 'method': event['httpMethod'], 'trace': trace.current()}
    return {'statusCode': 410, 'headers': {'content-type': 'application/json'}, 'body': json.dumps(gone)}


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return asyncio.run(handle(event, context))
