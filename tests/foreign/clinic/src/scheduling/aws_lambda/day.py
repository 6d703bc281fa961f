import anyio
from datetime import date

from src.scheduling import calendar
from src.scheduling.guard import clinic_only, container
from src.shared import trace
from src.shared.web import faults


@faults
@clinic_only
async def handle(event, context):
    """Handle GET /calendar/{day} for a day as iCalendar.

    Request:
        Path: day (string) - like 2026-03-02
        Auth: a member of staff of the clinic

    Responses:
        200: The day
    """
    day = date.fromisoformat(event['pathParameters']['day'])
    async with container.pg.connect() as connection:
        found = [a for a in await calendar.find(connection, event['member'].clinic) if a.starts_at.date() == day]
    lines = ['BEGIN:VCALENDAR', *(f'DTSTART:{a.starts_at:%Y%m%dT%H%M%SZ};{a.room}' for a in found), 'END:VCALENDAR', '']
    return {'statusCode': 200, 'headers': {'Content-Type': 'text/calendar'}, 'body': '\r\n'.join(lines)}


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
