import anyio
from sqlalchemy import text

from src.accounts.schemas import NewRole
from src.shared import staff, trace
from src.shared.container import Container
from src.shared.faults import Forbidden, NotFound
from src.shared.web import faults, member_of_staff, reply

container = Container()


@faults
@member_of_staff('accounts', container)
async def handle(event, context):
    """Handle PUT /staff/{sub}/role to give a role.

    Request:
        Path: sub (string) - the colleague
        Body: NewRole
        Auth: a manager

    Responses:
        200: The role was given
        403: Not a manager
        404: No such colleague
    """
    sub = event['pathParameters']['sub']
    wanted = NewRole.model_validate_json(event['body'] or '{}')
    if not event['member'].may('manager'):
        raise Forbidden('Only managers give roles.')
    async with container.pg.begin() as connection:
        done = await connection.execute(
            text('UPDATE staff SET role = :role WHERE sub = :sub'), {'role': wanted.role, 'sub': sub}
        )
    if done.rowcount == 0:
        raise NotFound('No such colleague.')
    staff.role_changed(sub)
    return reply(200, {'sub': sub, 'role': wanted.role})


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
