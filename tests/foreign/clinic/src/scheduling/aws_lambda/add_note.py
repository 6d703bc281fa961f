import json

import anyio
from sqlalchemy import text

from src.scheduling import calendar
from src.scheduling.guard import clinic_only, container
from src.scheduling.schemas import Note
from src.shared import trace
from src.shared.web import faults, reply


@faults
@clinic_only
async def handle(event, context):
    """Handle POST /appointments/{id}/notes to add a note.

    Request:
        Path: id (string) - the appointment
        Body: Note
        Auth: a member of staff of the clinic

    Responses:
        201: The number of notes
        404: The clinic has no such appointment
    """
    note = Note(**json.loads(event['body']))
    async with container.pg.begin() as connection:
        found = await calendar.get(connection, event['member'].clinic, event['pathParameters']['id'])
        await connection.execute(
            text('UPDATE appointments SET notes = notes || ARRAY[:note] WHERE id = :id'),
            {'note': note.text, 'id': found.id},
        )
    return reply(201, {'notes': len(found.notes) + 1})


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
