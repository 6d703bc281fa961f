"""Where SAM CLI's local gateway differs from ours, each with the source that decides against it."""

from dataclasses import dataclass

_REST = ("rest",)
_PAYLOAD_1 = ("rest", "http-1.0")
_HTTP = ("http-1.0", "http-2.0")
_TWO = ("http-2.0",)
_EVERY = ("rest", "http-1.0", "http-2.0")


@dataclass(frozen=True, slots=True)
class Difference:
    """`places` are keys of an event, or names of facts, in APIs of these `kinds`."""

    kinds: tuple[str, ...]
    places: tuple[str, ...]
    reason: str


def _headers(kinds: tuple[str, ...], names: tuple[str, ...], reason: str) -> tuple[Difference, ...]:
    """In events of payload 1.0 headers stand twice."""
    several = tuple(kind for kind in kinds if kind != "http-2.0")
    return (
        Difference(kinds, tuple(f"headers.{name}" for name in names), reason),
        Difference(several, tuple(f"multiValueHeaders.{name}" for name in names), reason),
    )


EVENTS = (
    *_headers(
        _EVERY,
        ("x-amzn-trace-id", "x-forwarded-for"),
        "Recorded: every event has them. SAM adds only X-Forwarded-Port and -Proto.",
    ),
    *_headers(
        _EVERY,
        ("connection", "te", "max-forwards"),
        "Recorded for REST: never in an event. RFC 9110, 7.6.1: an intermediary takes them off.",
    ),
    *_headers(_REST, ("content-length",), "Recorded: never in an event of a REST API."),
    *_headers(
        _PAYLOAD_1,
        ("x-a",),
        "Recorded: of a header sent twice, `headers` has the last value and `multiValueHeaders` all. Its server "
        "hands SAM one line.",
    ),
    Difference(_TWO, ("headers.cookie",), "Recorded: cookies are a list of their own, and no header."),
    Difference(
        _REST,
        ("path", "pathParameters.id", "pathParameters.proxy"),
        "Recorded: they stay percent-encoded, and a greedy value loses its trailing slash.",
    ),
    Difference(
        _REST,
        (
            "queryStringParameters.x",
            "queryStringParameters.y",
            "multiValueQueryStringParameters.x",
            "multiValueQueryStringParameters.y",
        ),
        "Documented: a semicolon separates the pairs of a query as an ampersand does.",
    ),
    Difference(
        _PAYLOAD_1,
        ("requestContext.path",),
        "Recorded: the path as it was sent, behind the stage. SAM gives the resource.",
    ),
    Difference(("http-1.0",), ("path",), "Measured: the path of an HTTP API begins with a stage that is not $default."),
    Difference(
        _TWO,
        ("rawPath", "requestContext.http.path"),
        "Measured: they begin with a stage that is not $default.",
    ),
    Difference(
        _PAYLOAD_1,
        ("requestContext.deploymentId", "requestContext.domainPrefix", "requestContext.extendedRequestId"),
        "Recorded: every event has them.",
    ),
    Difference(_TWO, ("requestContext.domainName",), "Recorded: the name that the client asked for."),
    Difference(
        _PAYLOAD_1,
        (
            "requestContext.identity.accessKey",
            "requestContext.identity.cognitoIdentityId",
            "requestContext.identity.principalOrgId",
        ),
        "Recorded: null where no AWS credentials sign the request.",
    ),
    Difference(
        _PAYLOAD_1,
        ("requestContext.identity.apiKey",),
        "Recorded: there only when a key was sent. SAM has null always.",
    ),
    Difference(
        _PAYLOAD_1, ("requestContext.identity.userAgent",), "Recorded: the client's. SAM has words of its own there."
    ),
    Difference(_TWO, ("requestContext.http.userAgent",), "Recorded: the client's. SAM has words of its own there."),
    Difference(
        _TWO,
        ("routeKey", "requestContext.routeKey"),
        "Documented and recorded: the key of the route, `ANY /{proxy+}`. SAM puts the request's method there.",
    ),
    Difference(
        _HTTP,
        ("body", "isBase64Encoded"),
        "Measured: only eight types arrive as text; forms and what has no type are Base64.",
    ),
    Difference(
        _EVERY,
        ("status",),
        "Documented: a REST API passes bytes that are no UTF-8 on as text, an HTTP API as Base64. SAM answers 502.",
    ),
)

ANSWERS = (
    Difference(_EVERY, ("status 0",), "Recorded: malformed. SAM answers 200."),
    Difference(
        _REST,
        ("an unknown key", "status of letters", "text in place of a result", "a list in place of a result"),
        'Recorded: the body is `{"message": "Internal server error"}`, with a space and without a newline.',
    ),
    Difference(_REST, ("null in place of a result",), "The same body: the runtime client sends `null`."),
    Difference(_REST, ("several values that are no list",), "Recorded: malformed. SAM answers 200."),
    Difference(
        _REST, ("an object as body",), "Documented: a body is a string. SAM sends how Python prints the object."
    ),
    Difference(_REST, ("a bool as a header",), "Recorded: its text in JSON, `true`. SAM sends `True`."),
    Difference(
        _PAYLOAD_1,
        ("a value in both kinds",),
        "Documented: a pair in both kinds of headers is sent once. Names have no case; SAM compares it.",
    ),
    Difference(
        _EVERY,
        ("content-type",),
        "Recorded: an HTTP API answers text/plain where no type is given. A 304 has no body, but its type (decided).",
    ),
    Difference(
        _REST,
        (
            "a kind of type",
            "a kind accepted",
            "a kind accepted and configured",
            "a kind accepted, any configured",
            "any type accepted",
            "the first type counts",
        ),
        "Recorded: the first type of Accept decides whether Base64 is decoded. SAM looks for the best one.",
    ),
    Difference(_REST, ("bad Base64",), "Recorded: a 500. SAM sends the text, or what it can decode."),
    Difference(
        _REST,
        ("REST renames headers", "REST drops Transfer-Encoding"),
        "Recorded for other integrations, measured for Lambda's: SAM sends them as they are.",
    ),
    Difference(_HTTP, ("HTTP drops headers",), "Measured: an HTTP API drops them. SAM sends them as they are."),
)

ROUTES = (
    Difference(
        _REST,
        ("encoded slash in a parameter", "encoded slash makes no segment", "encoded slash, small letters"),
        "Measured: an encoded slash stays inside its segment. SAM decodes the path first.",
    ),
    Difference(
        _REST,
        ("HEAD falls through",),
        "Recorded: GET implies no HEAD, so the next resource has it. SAM's server adds HEAD to GET, and fails there.",
    ),
    Difference(
        ("http-1.0",),
        ("slash behind", "slash behind a variable"),
        "Measured: a slash behind a path makes another path of it. SAM takes it off.",
    ),
    Difference(
        ("http-1.0",),
        ("full match before greedy",),
        "Documented: full matches go first, whatever their segments. SAM compares segment by segment.",
    ),
)
