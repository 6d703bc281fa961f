import anyio
from pydantic import TypeAdapter

from src.scheduling import calendar
from src.scheduling.guard import clinic_only, container
from src.scheduling.schemas import Appointment
from src.shared import trace
from src.shared.faults import Invalid
from src.shared.web import HEADERS, faults

Appointments = TypeAdapter(list[Appointment])


@faults
@clinic_only
async def handle(event, context):
    """Handle GET /appointments for the appointments of a clinic.

    Request:
        Query: room, limit
        Auth: a member of staff of the clinic

    Responses:
        200: The appointments, earliest first
        400: X-Clinic is missing, or a limit that is none
        403: Of another clinic
    """
    query = event.get('queryStringParameters') or {}
    limit = query.get('limit', '50')
    if not limit.isdigit():
        raise Invalid('limit must be a number.')
    async with container.pg.connect() as connection:
        found = await calendar.find(connection, event['member'].clinic, query.get('room'), int(limit))
    return {'statusCode': 200, 'headers': {**HEADERS, 'X-Count': len(found).__str__()}, 'body': Appointments.dump_json(found)}


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
