"""Responses of the gateway itself, without a handler or in place of one.

Bodies are byte-exact: the integration's failures carry a space after the colon; routing, authorization and quotas carry
none. A REST API names the kind of failure in `x-amzn-ErrorType`, an HTTP API does not. All measured against AWS, except
where a comment says otherwise.
"""

from base64 import b64encode
from enum import Enum
from hashlib import sha256

from .http import GatewayResponse, HeaderLine

JSON: HeaderLine = (b"content-type", b"application/json")


def _rest(status: int, body: bytes, error_type: bytes) -> GatewayResponse:
    return GatewayResponse(status, (JSON, (b"x-amzn-errortype", error_type)), body)


UNAUTHORIZED = _rest(401, b'{"message":"Unauthorized"}', b"UnauthorizedException")
# The type has no source.
TOKEN_EXPIRED = _rest(401, b'{"message":"The incoming token has expired"}', b"UnauthorizedException")
EXPLICIT_DENY = _rest(
    403,
    b'{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}',
    b"AccessDeniedException",
)
NO_ALLOW = _rest(
    403,
    b'{"Message":"User is not authorized to access this resource'
    b' because no identity-based policy allows the execute-api:Invoke action"}',
    b"AccessDeniedException",
)
AUTHORIZER_FAILED = _rest(500, b'{"message":null}', b"AuthorizerConfigurationException")
MISSING_AUTHENTICATION_TOKEN = _rest(
    403, b'{"message":"Missing Authentication Token"}', b"MissingAuthenticationTokenException"
)
# The event as JSON is over Lambda's limit for a synchronous invocation.
REQUEST_TOO_LONG = _rest(413, b'{"message": "Request Too Long"}', b"BadRequestException")
# A malformed result, an exception out of the handler, a result over Lambda's limit: all look like this to a client.
INTERNAL_SERVER_ERROR = _rest(502, b'{"message": "Internal server error"}', b"InternalServerErrorException")
# A well-formed result that cannot be sent: bad Base64, headers that are none.
RESULT_UNMAPPABLE = INTERNAL_SERVER_ERROR._replace(status=500)
ENDPOINT_TIMED_OUT = _rest(504, b'{"message": "Endpoint request timed out"}', b"InternalServerErrorException")
FORBIDDEN = _rest(403, b'{"message":"Forbidden"}', b"ForbiddenException")

# An HTTP API reports the same failures in its own words and statuses; two of them without a Content-Type.
HTTP_API_INTERNAL_SERVER_ERROR = GatewayResponse(500, (JSON,), b'{"message":"Internal Server Error"}')
HTTP_API_NOT_FOUND = GatewayResponse(404, (JSON,), b'{"message":"Not Found"}')
HTTP_API_FORBIDDEN = GatewayResponse(403, (JSON,), b'{"message":"Forbidden"}')
HTTP_API_TOO_LARGE = GatewayResponse(413, (JSON,), b'{"message":"Request Entity Too Large"}')
HTTP_API_TIMED_OUT = GatewayResponse(503, (), b'{"message":"Service Unavailable"}')


class TokenFault(Enum):
    """Why a token is refused; the value is the description that an HTTP API sends, None for none."""

    MISSING = None
    EXPIRED = "the token has expired"
    WRONG_AUDIENCE = "the token does not have a valid audience"
    MALFORMED = "token contains an invalid number of segments"
    NO_SCOPE = "the token has no scope of the route's"
    # The words for other faults have no source.
    OTHER = "the token is invalid"


def http_api_unauthorized(fault: TokenFault, scopes: tuple[str, ...] = ()) -> GatewayResponse:
    """The 401 of an HTTP API's JWT authorizer; `scopes` are the route's."""
    challenge = "Bearer"
    if fault.value is not None:
        challenge += f' scope="{" ".join(scopes)}" error="invalid_token" error_description="{fault.value}"'
    return GatewayResponse(401, ((b"www-authenticate", challenge.encode("ascii")),), b'{"message":"Unauthorized"}')


def body_too_long(limit: int) -> GatewayResponse:
    """A REST API's answer to a request body of more than `limit` bytes (10 485 760 at AWS)."""
    body = b"HTTP content length exceeded %d bytes." % limit
    return GatewayResponse(413, ((b"content-type", b"text; charset=utf-8"),), body)


def unrouted(authorization: bytes | None) -> GatewayResponse:
    """A REST API's answer to a method and path without a route. AWS takes an Authorization header for a signature of
    its own: any other (a JWT) is one that it cannot read, which hides from a client that the path is wrong."""
    if not authorization or authorization.startswith(b"AWS4-"):
        return MISSING_AUTHENTICATION_TOKEN
    digest = b64encode(sha256(authorization).digest()).decode("ascii")
    if b"=" not in authorization:
        sentence = (
            "Invalid key=value pair (missing equal-sign) in Authorization header"
            f" (hashed with SHA-256 and encoded with Base64): '{digest}'."
        )
    else:
        # Only the first sentence is known.
        sentence = (
            "Authorization header requires 'Credential' parameter."
            f" (Hashed with SHA-256 and encoded with Base64) Authorization={digest}"
        )
    return _rest(403, f'{{"message":"{sentence}"}}'.encode(), b"IncompleteSignatureException")
