import anyio
from sqlalchemy import text

from src.scheduling import calendar
from src.scheduling.guard import clinic_only, container
from src.scheduling.schemas import Move
from src.shared import trace
from src.shared.web import HEADERS, faults


@faults
@clinic_only
async def handle(event, context):
    """Handle PATCH /appointments/{id} to move an appointment.

    Request:
        Path: id (string) - the appointment
        Body: Move
        Auth: a member of staff of the clinic

    Responses:
        200: As it is now
        404: The clinic has no such appointment
        422: A move that is none
    """
    move = Move.model_validate_json(event['body'] or '{}')
    async with container.pg.begin() as connection:
        found = await calendar.get(connection, event['member'].clinic, event['pathParameters']['id'])
        moved = found.model_copy(update=move.model_dump(exclude_none=True))
        await connection.execute(
            text('UPDATE appointments SET room = :room, starts_at = :at WHERE id = :id'),
            {'room': moved.room, 'at': moved.starts_at, 'id': moved.id},
        )
    return {'statusCode': '200', 'headers': dict(HEADERS), 'body': moved.model_dump_json()}


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
