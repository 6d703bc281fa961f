import asyncio

from sqlalchemy import text

from src.billing import ledger
from src.billing.till import container
from src.billing.schemas import Payment
from src.shared import trace
from src.shared.faults import Conflict
from src.shared.web import faults, member_of_staff, reply


@faults
@member_of_staff('billing', container)
async def handle(event, context):
    """Handle POST /invoices/{number}/payments to pay.

    Request:
        Path: number (string)
        Body: Payment
        Auth: a member of staff

    Responses:
        200: What is left
        404: The clinic has no such invoice
        409: More than is left
    """
    payment = Payment.model_validate_json(event.get('body') or '{}')
    async with container.pg.begin() as connection:
        invoice = await ledger.get(connection, event['member'].clinic, event['pathParameters']['number'])
        left = invoice.cents - invoice.paid - payment.cents
        if left < 0:
            raise Conflict('That is more than is left.')
        await connection.execute(
            text('UPDATE invoices SET paid = paid + :cents WHERE number = :number'),
            {'cents': payment.cents, 'number': invoice.number},
        )
    return reply(200, {'left': left})


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return asyncio.run(handle(event, context))
