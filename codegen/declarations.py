"""What is declared: routes as a table, a template or a decorator states them, each with its place.

Sources disagree in form only: every reader gives these values. What could not be read is `Unresolved` with its reason,
never a guess; a missing authorizer is stated (`Public`), never assumed.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .diagnostics import Finding, Point, Spot

# The least and the most that AWS takes: of a function's time limit, of its memory (some regions give more than others),
# and of how long an authorizer's answer is kept.
SECONDS, MEGABYTES, TTL = (1, 900), (128, 32_768), (0, 3600)
# And how long a browser keeps the answer to a preflight.
AGE = (-1, 86_400)
# What a MOCK integration may answer.
STATUS = (200, 599)
PAYLOADS, FORMS = ("1.0", "2.0"), ("token", "request")


@dataclass(frozen=True, slots=True)
class Place:
    """Line, column and width count from 1, in characters; `node` is set instead for a node of Python (see facts)."""

    path: str
    line: int = 1
    column: int = 1
    width: int = 1
    node: int = -1

    @property
    def spot(self) -> Spot:
        return Spot(self.path, self.node)

    @property
    def point(self) -> Point | None:
        return None if self.node >= 0 else Point(self.line, self.column, self.width)

    def finding(self, code: str, message: str, hint: str = "", other: "Place | None" = None) -> Finding:
        """A finding at this place."""
        spot, point = (None, None) if other is None else (other.spot, other.point)
        return Finding(code, message, self.spot, hint, spot, point=self.point, other_point=point)


class SourceKind(StrEnum):
    """Kinds of `[[tool.codegen.route_source]]`."""

    ROUTES = "routes"
    CLOUDFORMATION = "cloudformation"
    SAM = "sam"
    CDK = "cdk"
    SERVERLESS = "serverless"
    OPENAPI = "openapi"
    DECORATORS = "decorators"
    DOCSTRINGS = "docstrings"

    @property
    def is_table(self) -> bool:
        """Whether the source is a table beside the code, which wins over what the code says."""
        return self not in (SourceKind.DECORATORS, SourceKind.DOCSTRINGS)

    @property
    def rank(self) -> int:
        """1 is the highest authority."""
        if self is SourceKind.ROUTES:
            return 1
        return 2 if self.is_table else 3 if self is SourceKind.DECORATORS else 4


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A value that the source does not tell; `key` as of a handler."""

    reason: str
    place: Place = field(compare=False)
    key: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Handler:
    """A Lambda function: `file` and `layers` are what Lambda imports from, `code_root` first.

    `code_root` and `layers` are folders below the root ("" is the root), `file` lies below `code_root`; `timeout` is in
    seconds, `memory` in megabytes; an environment value of None is known only after the deploy, `variables_at` are
    the places of the values. `name` is the function's in its table, `key` one under which the settings may give another
    function for it.
    """

    code_root: str
    file: str
    function: str
    place: Place = field(compare=False)
    name: str = ""
    layers: tuple[str, ...] = ()
    timeout: float | None = None
    memory: int | None = None
    environment: tuple[tuple[str, str | None], ...] = ()
    variables_at: tuple[tuple[str, Place], ...] = field(default=(), compare=False)
    key: str = field(default="", compare=False)

    @property
    def path(self) -> str:
        """The file below the root."""
        return "/".join(part for part in (self.code_root, self.file) if part)

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders that modules are imported from, in the order in which Lambda looks."""
        return (self.code_root, *self.layers)


@dataclass(frozen=True, slots=True)
class Public:
    """No authorizer, as the source states or its format defines."""


@dataclass(frozen=True, slots=True)
class Iam:
    """Requests are signed with AWS credentials."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a usage plan, in the header x-api-key."""


@dataclass(frozen=True, slots=True)
class Cognito:
    """`pools` are ARNs of user pools, or the names of what only a deploy tells ("" without one). `identity` is the
    identity source in the API's own syntax, the Authorization header where it is empty."""

    name: str
    pools: tuple[str, ...] = ()
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Jwt:
    """`issuer` and items of `audience` are None where they are known only after the deploy: `unknown` has the names of
    what tells them, in this order. `identity` as of a pool."""

    name: str
    issuer: str | None = None
    audience: tuple[str | None, ...] = ()
    unknown: tuple[str, ...] = ()
    identity: str = ""


@dataclass(frozen=True, slots=True)
class LambdaAuthorizer:
    """`form` is token or request; `identity` are identity sources; `ttl` is in seconds, None for the default."""

    name: str
    handler: Handler | Unresolved
    form: str = "token"
    identity: tuple[str, ...] = ()
    ttl: int | None = None
    payload: str = "1.0"
    simple: bool = False


def with_known_form(authorizer: LambdaAuthorizer, place: Place) -> LambdaAuthorizer | Unresolved:
    """The authorizer, if its form and its payload are some that API Gateway has."""
    for what, said, known in (("form", authorizer.form, FORMS), ("payload format", authorizer.payload, PAYLOADS)):
        if said not in known:
            message = f"the {what} of the authorizer {authorizer.name} is {said!r}, and neither {' nor '.join(known)}"
            return Unresolved(message, place)
    return authorizer


# A token is in one header, of an HTTP API in a parameter of the query as well.
_TOKEN_SOURCE = re.compile(r"method\.request\.header\..+|\$request\.(header|querystring)\..+")
_DEFAULT_SOURCE = re.compile(r"(method\.|\$)request\.header\.authorization", re.IGNORECASE)


def with_identity(authorizer: Cognito | Jwt, sources: tuple[str, ...], place: Place) -> Cognito | Jwt | Unresolved:
    """The authorizer with its identity source; one that holds no token is not supported."""
    if not sources or (len(sources) == 1 and _DEFAULT_SOURCE.fullmatch(sources[0])):
        return authorizer
    if len(sources) > 1 or not _TOKEN_SOURCE.fullmatch(sources[0]):
        said = ", ".join(sources)
        return Unresolved(f"the identity source {said} of {authorizer.name} is not one place of a token", place)
    return replace(authorizer, identity=sources[0])


type Authorizer = Public | Iam | ApiKey | Cognito | Jwt | LambdaAuthorizer | Unresolved


def kind_of(authorizer: Authorizer) -> str | None:
    """The kind of an authorizer: None for a public route, unknown for what no source tells."""
    match authorizer:
        case Public():
            return None
        case Cognito():
            return "cognito"
        case Jwt():
            return "jwt"
        case LambdaAuthorizer():
            return "lambda"
        case Iam():
            return "iam"
        case ApiKey():
            return "key"
        case Unresolved():
            return "unknown"


@dataclass(frozen=True, slots=True)
class Cors:
    """The CORS configuration of an HTTP API, which answers preflights itself. `max_age` is in seconds."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    max_age: int | None = None
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a MOCK integration of a REST API answers to OPTIONS of a path.

    A request's Origin that one of `origins` matches (`*` in it stands for any text) is sent back as the allowed one.
    `is_guarded`: the API's default authorizer stands in front of it.
    """

    path: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    origins: tuple[str, ...] = ()
    is_guarded: bool = False


@dataclass(frozen=True, slots=True)
class Api:
    """One API of a code base: equal paths of two APIs are no conflict. `kind` is rest or http; `cors` is an HTTP
    API's, `preflights` are a REST API's; `variables` are those of the stage."""

    name: str
    kind: str = "rest"
    stage: str | None = None
    binary_types: tuple[str, ...] = ()
    cors: Cors | None = None
    preflights: tuple[Preflight, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """`method` may be ANY, `path` may end in `{proxy+}` or be `$default`; `payload` is 1.0 or 2.0.

    `needs_key` says that an API key is asked for beside what the authorizer checks; `inner` is the file and function
    that a dispatcher runs, as a decorator says; `source` is what declares the route.
    """

    api: Api
    method: str
    path: str
    handler: Handler | Unresolved
    authorizer: Authorizer
    place: Place = field(compare=False)
    scopes: tuple[str, ...] = ()
    payload: str = "1.0"
    needs_key: bool = False
    inner: tuple[str, str] | None = field(default=None, compare=False)
    source: SourceKind = field(default=SourceKind.DOCSTRINGS, compare=False)


@dataclass(frozen=True, slots=True)
class Source:
    """Where routes are declared, and why it is read; `path` is a file or folder below the root."""

    kind: SourceKind
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What a source gave. `files` were read, or asked for; `unserved` are routes that lead to no function here."""

    source: Source
    routes: tuple[Route, ...]
    findings: tuple[Finding, ...] = ()
    files: frozenset[str] = frozenset()
    unserved: tuple[Route, ...] = ()
