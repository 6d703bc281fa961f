"""What the API says when it says no."""


class Fault(Exception):
    status = 500
    code = 'fault'


class NotFound(Fault):
    status = 404
    code = 'not_found'


class Forbidden(Fault):
    status = 403
    code = 'forbidden'


class Invalid(Fault):
    status = 400
    code = 'invalid'


class Conflict(Fault):
    status = 409
    code = 'conflict'
