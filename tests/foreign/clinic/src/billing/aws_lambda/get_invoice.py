import asyncio

from src.billing import ledger
from src.billing.till import container
from src.shared import trace
from src.shared.web import HEADERS, faults, member_of_staff


@faults
@member_of_staff('billing', container)
async def handle(event, context):
    """Handle GET /invoices/{number} for one invoice.

    Request:
        Path: number (string)
        Auth: a member of staff

    Responses:
        200: The invoice
        404: The clinic has no such invoice
    """
    async with container.pg.connect() as connection:
        invoice = await ledger.get(connection, event['member'].clinic, event['pathParameters']['number'])
    return {'statusCode': 200, 'headers': dict(HEADERS), 'body': invoice.model_dump_json(indent=2)}


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return asyncio.run(handle(event, context))
