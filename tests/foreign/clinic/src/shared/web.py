"""Decorators of the functions, and what they answer with."""

import json
from functools import wraps

from pydantic import ValidationError

from src.shared import staff, trace
from src.shared.faults import Fault

HEADERS = {'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store'}


def reply(status, payload, headers=None):
    return {'statusCode': status, 'headers': {**HEADERS, **(headers or {})}, 'body': json.dumps(payload)}


def refuse(status, code, text):
    return reply(status, {'fault': {'code': code, 'text': text, 'trace': trace.current()}})


def faults(handler):
    """Our own error body. What nobody expected stays an error of the function."""

    @wraps(handler)
    async def guarded(event, context):
        try:
            return await handler(event, context)
        except ValidationError as error:
            first = error.errors()[0]
            return refuse(422, 'schema', '.'.join(map(str, first['loc'])) + ': ' + first['msg'])
        except Fault as fault:
            return refuse(fault.status, fault.code, str(fault))

    return guarded


def member_of_staff(service, container):
    """Only staff may call; `service` is for the audit."""

    def decorate(handler):
        @wraps(handler)
        async def guarded(event, context):
            claims = event['requestContext']['authorizer']['claims']
            member = await staff.lookup(container.pg, claims['sub'])
            if member is None:
                return refuse(403, 'stranger', 'You are no member of staff.')
            event['member'] = member
            result = await handler(event, context)
            result['headers']['X-Audit'] = f'{service}/{member.sub}'
            return result

        return guarded

    return decorate


def same_clinic(handler):
    """The clinic is chosen by a header, and has to be the member's own."""

    @wraps(handler)
    async def guarded(event, context):
        headers = {name.lower(): value for name, value in (event['headers'] or {}).items()}
        clinic = headers.get('x-clinic')
        if clinic is None:
            return refuse(400, 'clinic', 'X-Clinic is missing.')
        if clinic != event['member'].clinic:
            return refuse(403, 'clinic', 'This is another clinic.')
        return await handler(event, context)

    return guarded


def rate_limited(most):
    """At most so many calls of a caller, for as long as the function is warm."""
    calls = {}

    def decorate(handler):
        @wraps(handler)
        async def limited(event, context):
            caller = event['requestContext']['identity']['sourceIp']
            calls[caller] = calls.get(caller, 0) + 1
            if calls[caller] > most:
                return refuse(429, 'rate', f'More than {most} calls.') | {
                    'multiValueHeaders': {'Retry-After': ['1'], 'X-Limit': [str(most), 'calls']}
                }
            return await handler(event, context)

        return limited

    return decorate
