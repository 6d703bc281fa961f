import anyio
from pydantic import TypeAdapter
from sqlalchemy import text

from src.accounts.schemas import Colleague
from src.shared import trace
from src.shared.container import Container
from src.shared.web import HEADERS, faults, member_of_staff, same_clinic

container = Container()
Colleagues = TypeAdapter(list[Colleague])


@faults
@member_of_staff('accounts', container)
@same_clinic
async def handle(event, context):
    """Handle GET /staff for the colleagues of a clinic.

    Request:
        Auth: a member of staff

    Responses:
        200: The colleagues
        400: X-Clinic is missing
        403: Not a member of staff, or of another clinic
    """
    async with container.pg.connect() as connection:
        query = text('SELECT * FROM staff WHERE clinic = :clinic ORDER BY name')
        rows = (await connection.execute(query, {'clinic': event['member'].clinic})).mappings().all()
    return {'statusCode': 200, 'headers': dict(HEADERS), 'body': Colleagues.dump_json([Colleague(**row) for row in rows])}


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
