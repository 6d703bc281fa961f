from sqlalchemy import text

from src.billing.schemas import Invoice
from src.shared.faults import Invalid, NotFound


async def get(connection, clinic, number):
    if not number.isdigit():
        raise Invalid('An invoice has a number.')
    query = text('SELECT * FROM invoices WHERE clinic = :clinic AND number = :number')
    row = (await connection.execute(query, {'clinic': clinic, 'number': int(number)})).mappings().first()
    if row is None:
        raise NotFound('No such invoice.')
    return Invoice(**row)
