"""What the gateway answers in the place of an integration.

A space stands behind the colon of what concerns the integration (413, 500, 502, 504), none in the rest. Only REST APIs
name the kind of error in a header.
"""

import base64
import hashlib

from ..api import Api
from ..wire import Answer, Sent, Undecided

JSON = ("content-type", "application/json")
_ERROR_TYPE = "x-amzn-errortype"
_NO_SOURCE_FOR_TYPE = Undecided(_ERROR_TYPE, "no source tells the error type of an expired token")


def _rest(status: int, body: str, error_type: str, *undecided: Undecided) -> Answer:
    return Answer(status, (JSON, (_ERROR_TYPE, error_type)), body.encode(), undecided)


MALFORMED = _rest(502, '{"message": "Internal server error"}', "InternalServerErrorException")
UNMAPPABLE = _rest(500, '{"message": "Internal server error"}', "InternalServerErrorException")
TIMED_OUT = _rest(504, '{"message": "Endpoint request timed out"}', "InternalServerErrorException")
UNROUTED = _rest(403, '{"message":"Missing Authentication Token"}', "MissingAuthenticationTokenException")
UNAUTHORIZED = _rest(401, '{"message":"Unauthorized"}', "UnauthorizedException")
EXPIRED = _rest(401, '{"message":"The incoming token has expired"}', "UnauthorizedException", _NO_SOURCE_FOR_TYPE)
_NOT_AUTHORIZED = '{"Message":"User is not authorized to access this resource '
DENIED = _rest(403, f'{_NOT_AUTHORIZED}with an explicit deny in an identity-based policy"}}', "AccessDeniedException")
NOT_ALLOWED = _rest(
    403,
    f'{_NOT_AUTHORIZED}because no identity-based policy allows the execute-api:Invoke action"}}',
    "AccessDeniedException",
)
AUTHORIZER_FAILED = _rest(500, '{"message":null}', "AuthorizerConfigurationException")
EVENT_TOO_LARGE = _rest(413, '{"message": "Request Too Long"}', "BadRequestException")
BODY_TOO_LARGE = Answer(
    413, (("content-type", "text; charset=utf-8"),), b"HTTP content length exceeded 10485760 bytes."
)

HTTP_FAILED = Answer(500, (JSON,), b'{"message":"Internal Server Error"}')
HTTP_UNROUTED = Answer(404, (JSON,), b'{"message":"Not Found"}')
HTTP_NO_IDENTITY = Answer(401, (), b'{"message":"Unauthorized"}')
HTTP_FORBIDDEN = Answer(403, (JSON,), b'{"message":"Forbidden"}')
HTTP_TOO_LARGE = Answer(413, (JSON,), b'{"message":"Request Entity Too Large"}')
HTTP_TIMED_OUT = Answer(503, (), b'{"message":"Service Unavailable"}')


def failed(api: Api) -> Answer:
    """The function failed, or its result is malformed."""
    return MALFORMED if api.is_rest else HTTP_FAILED


def timed_out(api: Api) -> Answer:
    """The integration took longer than the gateway waits."""
    return TIMED_OUT if api.is_rest else HTTP_TIMED_OUT


def unrouted(api: Api, sent: Sent) -> Answer:
    """No route. A REST API takes an Authorization header for an AWS signature, and names its hash if it is none."""
    values = sent.values("authorization")
    if not api.is_rest:
        return HTTP_UNROUTED
    return _no_signature(values[-1], len(values)) if values else UNROUTED


def _no_signature(value: str, count: int) -> Answer:
    if "=" in value or value.startswith("AWS4") or count > 1 or not value:
        reason = "no source tells what is said of this Authorization header"
        body = '{"message":"Authorization header requires \'Credential\' parameter."}'
        return _rest(
            403, body, "IncompleteSignatureException", Undecided("body", reason), Undecided(_ERROR_TYPE, reason)
        )
    digest = base64.b64encode(hashlib.sha256(value.encode("latin-1")).digest()).decode()
    words = "Invalid key=value pair (missing equal-sign) in Authorization header"
    body = f'{{"message":"{words} (hashed with SHA-256 and encoded with Base64): \'{digest}\'."}}'
    return _rest(403, body, "IncompleteSignatureException")


def http_unauthorized(challenge: str, *undecided: Undecided) -> Answer:
    """An HTTP API's 401."""
    return Answer(401, (("www-authenticate", challenge),), b'{"message":"Unauthorized"}', undecided)
