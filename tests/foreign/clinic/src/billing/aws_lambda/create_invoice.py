import asyncio

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from src.billing.till import container
from src.billing.schemas import NewInvoice
from src.shared import trace
from src.shared.faults import Conflict, Forbidden
from src.shared.web import faults, member_of_staff, rate_limited, reply


@faults
@rate_limited(8)
@member_of_staff('billing', container)
async def handle(event, context):
    """Handle POST /invoices to write an invoice.

    Request:
        Body: NewInvoice
        Auth: a manager

    Responses:
        201: The invoice was written
        403: Not a manager
        409: The number is taken
    """
    if not event['member'].may('manager'):
        raise Forbidden('Invoices are for managers.')
    invoice = NewInvoice.model_validate_json(event['body'])
    try:
        async with container.pg.begin() as connection:
            await connection.execute(
                text('INSERT INTO invoices VALUES (:number, :clinic, :patient, :cents)'),
                {'clinic': event['member'].clinic, **invoice.model_dump()},
            )
    except IntegrityError:
        raise Conflict(f'{invoice.number} is taken.') from None
    return reply(201, {'number': invoice.number})


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return asyncio.run(handle(event, context))
