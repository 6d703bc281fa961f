import asyncio
import hashlib
import hmac
import json

from src.shared import trace
from src.shared.faults import Forbidden
from src.shared.web import faults, reply

SECRET = b'shared with the bank'


@faults
async def handle(event, context):
    """Handle POST /webhooks/bank to hear of the bank.

    Request:
        Body: whatever the bank sends
        Auth: public

    Responses:
        202: Heard
        403: Not signed by the bank
    """
    headers = {name.lower(): value for name, value in event['headers'].items()}
    signed = hmac.new(SECRET, (event['body'] or '').encode(), hashlib.sha256).hexdigest()
    if headers.get('x-signature') != signed:
        raise Forbidden('This is not from the bank.')
    return reply(202, {'heard': json.loads(event['body'])['reference']})


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return asyncio.run(handle(event, context))
