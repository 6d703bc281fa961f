import anyio
from sqlalchemy import text

from src.scheduling import calendar
from src.scheduling.guard import clinic_only, container
from src.shared import trace
from src.shared.faults import Forbidden
from src.shared.web import HEADERS, faults


@faults
@clinic_only
async def handle(event, context):
    """Handle DELETE /appointments/{id} to cancel.

    Request:
        Path: id (string) - the appointment
        Auth: a manager of the clinic

    Responses:
        204: It is cancelled
        403: Not a manager
        404: The clinic has no such appointment
    """
    if not event['member'].may('manager'):
        raise Forbidden('Only managers cancel.')
    async with container.pg.begin() as connection:
        found = await calendar.get(connection, event['member'].clinic, event['pathParameters']['id'])
        await connection.execute(text('DELETE FROM appointments WHERE id = :id'), {'id': found.id})
    return {'statusCode': 204, 'headers': dict(HEADERS), 'body': ''}


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
