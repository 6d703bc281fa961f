"""What the gateway answers by itself, without a handler or in place of one.

Bodies are byte-exact: the authoriser's sentences carry no space after the colon, the integration's failures carry one.
`Missing Authentication Token` is what API Gateway says about any method and path without a route, token or not.
"""

from .http import GatewayResponse, HeaderLine

_JSON: tuple[HeaderLine, ...] = ((b"content-type", b"application/json"),)

UNAUTHORIZED = GatewayResponse(401, _JSON, b'{"message":"Unauthorized"}')
TOKEN_EXPIRED = GatewayResponse(401, _JSON, b'{"message":"The incoming token has expired"}')
MISSING_AUTHENTICATION_TOKEN = GatewayResponse(403, _JSON, b'{"message":"Missing Authentication Token"}')
# A request body over the gateway's 10 MB (gateway response type REQUEST_TOO_LARGE).
REQUEST_TOO_LONG = GatewayResponse(413, _JSON, b'{"message":"Request Too Long"}')
# A malformed result, an exception out of the handler, a result over Lambda's limit: all look like this to a client.
INTERNAL_SERVER_ERROR = GatewayResponse(502, _JSON, b'{"message": "Internal server error"}')
ENDPOINT_TIMED_OUT = GatewayResponse(504, _JSON, b'{"message": "Endpoint request timed out"}')

# An HTTP API reports the same failures in its own words and statuses.
HTTP_API_INTERNAL_SERVER_ERROR = GatewayResponse(500, _JSON, b'{"message":"Internal Server Error"}')
HTTP_API_NOT_FOUND = GatewayResponse(404, _JSON, b'{"message":"Not Found"}')
HTTP_API_TIMED_OUT = GatewayResponse(503, _JSON, b'{"message":"Service Unavailable"}')
