import anyio

from src.scheduling import calendar
from src.scheduling.guard import clinic_only, container
from src.shared import trace
from src.shared.web import HEADERS, faults


@faults
@clinic_only
async def handle(event, context):
    """Handle GET /appointments/{id} for one appointment.

    Request:
        Path: id (string) - the appointment
        Auth: a member of staff of the clinic

    Responses:
        200: The appointment
        404: The clinic has no such appointment
    """
    async with container.pg.connect() as connection:
        found = await calendar.get(connection, event['member'].clinic, event['pathParameters']['id'])
    return {'statusCode': 200, 'headers': dict(HEADERS), 'body': found.model_dump_json()}


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
