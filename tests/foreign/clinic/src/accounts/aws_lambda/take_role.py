import anyio
from sqlalchemy import text

from src.shared import staff, trace
from src.shared.container import Container
from src.shared.faults import Forbidden
from src.shared.web import HEADERS, faults, member_of_staff

container = Container()


@faults
@member_of_staff('accounts', container)
async def handle(event, context):
    """Handle DELETE /staff/{sub}/role to take a role away.

    Request:
        Path: sub (string) - the colleague
        Auth: a manager

    Responses:
        204: There is no role any more
        403: Not a manager
    """
    sub = event['pathParameters']['sub']
    if not event['member'].may('manager'):
        raise Forbidden('Only managers take roles.')
    async with container.pg.begin() as connection:
        await connection.execute(text('UPDATE staff SET role = NULL WHERE sub = :sub'), {'sub': sub})
    staff.role_changed(sub)
    return {'statusCode': 204, 'headers': dict(HEADERS)}


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
