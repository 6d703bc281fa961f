"""Appointments in PostgreSQL."""

from sqlalchemy import text

from src.scheduling.schemas import Appointment
from src.shared.faults import NotFound


async def find(connection, clinic, room=None, limit=50):
    query = 'SELECT * FROM appointments WHERE clinic = :clinic AND room = coalesce(:room, room) ORDER BY starts_at, id LIMIT :n'
    rows = await connection.execute(text(query), {'clinic': clinic, 'room': room, 'n': limit})
    return [Appointment(**row) for row in rows.mappings()]


async def get(connection, clinic, number):
    query = 'SELECT * FROM appointments WHERE clinic = :clinic AND id::text = :id'
    row = (await connection.execute(text(query), {'clinic': clinic, 'id': number})).mappings().first()
    if row is None:
        raise NotFound('No such appointment.')
    return Appointment(**row)


async def taken(connection, room, starts_at):
    query = 'SELECT 1 FROM appointments WHERE room = :room AND starts_at = :at'
    return (await connection.execute(text(query), {'room': room, 'at': starts_at})).first() is not None
