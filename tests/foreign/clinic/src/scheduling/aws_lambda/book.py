import uuid

import anyio
from sqlalchemy import text

from src.scheduling import calendar
from src.scheduling.guard import clinic_only, container
from src.scheduling.schemas import Booking
from src.shared import clock, trace
from src.shared.faults import Conflict
from src.shared.web import faults, rate_limited, reply


@rate_limited(6)
@faults
@clinic_only
async def handle(event, context):
    """Handle POST /appointments to book a room.

    Request:
        Body: Booking
        Auth: a member of staff of the clinic

    Responses:
        201: It is booked
        409: The room is taken
        422: A booking that is none
        429: Too many calls
    """
    booking = Booking.model_validate_json(event['body'] or '{}')
    member, number, now = event['member'], uuid.uuid4(), clock.now()
    async with container.pg.begin() as connection:
        if await calendar.taken(connection, booking.room, booking.starts_at):
            raise Conflict(f'{booking.room} is taken.')
        await connection.execute(
            text('INSERT INTO appointments VALUES (:id, :clinic, :patient, :room, :starts_at, DEFAULT, :by, :at)'),
            {'id': number, 'clinic': member.clinic, 'by': member.sub, 'at': now, **booking.model_dump()},
        )
    payload = {'id': str(number), 'booked_at': now.isoformat()}
    return reply(201, payload, {'Location': f'/appointments/{number}'})


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
