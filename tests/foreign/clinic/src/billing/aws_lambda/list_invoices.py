import asyncio
import json

from sqlalchemy import text

from src.billing.till import container
from src.shared import trace
from src.shared.web import HEADERS, faults, member_of_staff


@faults
@member_of_staff('billing', container)
async def handle(event, context):
    """Handle GET /invoices for the invoices of a clinic.

    Request:
        Query: open, for the unpaid ones
        Auth: a member of staff

    Responses:
        200: Amounts by number
    """
    only_open = 'open' in (event['multiValueQueryStringParameters'] or {})
    async with container.pg.connect() as connection:
        query = text('SELECT * FROM invoices WHERE clinic = :clinic ORDER BY number')
        rows = (await connection.execute(query, {'clinic': event['member'].clinic})).all()
    found = {row.number: row.cents for row in rows if not only_open or row.paid < row.cents}
    return {
        'statusCode': 200,
        'headers': dict(HEADERS),
        'multiValueHeaders': {'Set-Cookie': ['seen=1; Path=/', 'tab=invoices']},
        'body': json.dumps(found),
    }


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return asyncio.run(handle(event, context))
