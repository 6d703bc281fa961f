import anyio

from src.shared import trace
from src.shared.container import Container
from src.shared.web import faults, member_of_staff, reply

container = Container()


@faults
@member_of_staff('accounts', container)
async def handle(event, context):
    """Handle GET /me for the caller.

    Request:
        Auth: a member of staff

    Responses:
        200: The caller
        403: Not a member of staff
    """
    member = event['member']
    return reply(200, {'sub': member.sub, 'name': member.name, 'clinic': member.clinic, 'role': member.role})


def lambda_handler(event, context):
    trace.start(context.aws_request_id)
    return anyio.run(handle, event, context)
