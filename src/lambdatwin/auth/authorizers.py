"""The authorizers of a route: those that its declaration names, or the stand-ins that the project names for them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from importlib import import_module
from inspect import isawaitable

from ..gateway.answers import FORBIDDEN, HTTP_API_FORBIDDEN, NO_ALLOW, unrouted
from ..gateway.api import Api, HttpApi
from ..gateway.event_parts import identity_values
from ..gateway.http import GatewayResponse, first_value
from ..ports import Authorizer, Cognito, Jwt, LambdaOperation, LambdaRoute, NeedsStandIn
from ..settings import Settings
from .assembly import Auth
from .authenticator import Accepted, Authenticator, Headers, Refused, accepted
from .claims import Claims
from .config import AuthorizerError, discovery_url, is_user_pool, leave_to_settings
from .responses import Reason

type Decide = Callable[[dict[str, str], str], Claims | Awaitable[Claims | None] | None]

KEY = NeedsStandIn("key", "key")
_FORMS = '"deny", "allow-in-development" or "module:function"'
_TABLE = "[tool.lambdatwin.authorizers]"


class StandIn:
    """Decides in the place of an authorizer that is not run here; `decide` gives claims, or None to refuse."""

    def __init__(self, needed: NeedsStandIn, decide: Decide, api: Api) -> None:
        self._needed, self._decide, self._api = needed, decide, api

    async def authenticate(self, headers: Headers, method: str | None = None, client: str = "") -> Accepted | Refused:
        """The verdict of the stand-in; a refusal is the answer that the real authorizer would cause."""
        named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
        decided = self._decide(named, method or "")
        claims = await decided if isawaitable(decided) else decided
        if claims is None:
            return Refused(self._denied(headers), Reason.DENIED)
        return accepted(claims, f"the stand-in for {self._needed.name}")

    def _denied(self, headers: Headers) -> GatewayResponse:
        if isinstance(self._api, HttpApi):
            return HTTP_API_FORBIDDEN
        match self._needed.kind:
            case "iam":
                return unrouted(first_value(headers, b"authorization"))
            case "key":
                return FORBIDDEN
            case _:
                return NO_ALLOW


def credentials_of(operation: LambdaOperation, headers: Headers, query: bytes) -> Headers:
    """The headers of a request, with what its declared identity source holds in place of Authorization."""
    declared = operation.authorizer
    source = declared.identity if isinstance(declared, Cognito | Jwt) else ""
    if not source:
        return headers
    others = [line for line in headers if line[0].lower() != b"authorization"]
    found = identity_values(source, headers, query) or ()
    return [*others, *((b"authorization", value.encode("utf-8")) for value in found)]


type RouteAuthorizer = Authenticator | StandIn


def authorizers_of(
    operation: LambdaOperation, auth: Auth, stand_ins: Mapping[str, str], api: Api, *, development: bool
) -> tuple[RouteAuthorizer, ...]:
    """What a request passes, in this order; its claims are the first one's. Raises ValueError for one that is missing.

    `authorizer_problems` tells all that are missing at once.
    """
    return tuple(
        StandIn(one, _decision(one, stand_ins, development=development), api)
        if isinstance(one, NeedsStandIn)
        else auth.authenticator_of(one, operation.scopes)
        for one in _passed(operation, stand_ins)
    )


def authorizer_problems(routes: Iterable[LambdaRoute], stand_ins: Mapping[str, str]) -> list[str]:
    """What prevents a start, a sentence for each authorizer."""
    first: dict[Authorizer | None, str] = {}
    for route in routes:
        for one in _passed(route.operation, stand_ins):
            first.setdefault(one, f"{min(route.methods or ('',))} {route.path}")
    problems = []
    for authorizer, label in first.items():
        try:
            if isinstance(authorizer, NeedsStandIn):
                _decision(authorizer, stand_ins, development=False)
            elif isinstance(authorizer, Jwt) and authorizer.issuer is not None:
                discovery_url(authorizer.issuer)
        except AuthorizerError as error:
            problems.append(f"{label}: {error}")
    return problems


def token_authorizers(routes: Iterable[LambdaRoute], stand_ins: Mapping[str, str]) -> list[Cognito | Jwt]:
    """Those that look at tokens themselves, each once."""
    passed = (one for route in routes for one in _passed(route.operation, stand_ins))
    return list(dict.fromkeys(one for one in passed if isinstance(one, Cognito | Jwt)))


def take_own_tokens(routes: Sequence[LambdaRoute], stand_ins: Mapping[str, str]) -> bool:
    """Whether a route takes tokens of which only the settings tell the issuer, or the clients."""
    undeclared = any(None in _passed(route.operation, stand_ins) for route in routes)
    return undeclared or leave_to_settings(token_authorizers(routes, stand_ins))


def take_local_tokens(routes: Sequence[LambdaRoute], stand_ins: Mapping[str, str], settings: Settings) -> bool:
    """Whether a route takes tokens of the local issuer, which stands in for any user pool."""
    issuers = [one.issuer for one in token_authorizers(routes, stand_ins) if isinstance(one, Jwt)]
    stands_in = settings.local_issuer and any(is_user_pool(issuer or "") for issuer in issuers)
    return stands_in or take_own_tokens(routes, stand_ins)


def _passed(operation: LambdaOperation, stand_ins: Mapping[str, str]) -> list[Authorizer | None]:
    """What a request passes beside a Lambda authorizer that is run; None is the settings' own issuer.

    A stand-in that is named for an authorizer counts even where the authorizer itself could be run.
    """
    if operation.auth is None:
        return []
    declared = operation.lambda_authorizer or operation.authorizer
    found: list[Authorizer | None] = []
    if declared is not None and not isinstance(declared, NeedsStandIn) and declared.name in stand_ins:
        found.append(NeedsStandIn("declared", declared.name))
    elif operation.lambda_authorizer is None:
        found.append(operation.authorizer)
    return list(dict.fromkeys([*found, KEY] if operation.needs_key else found))


def _decision(needed: NeedsStandIn, stand_ins: Mapping[str, str], *, development: bool) -> Decide:
    """Raises `AuthorizerError`."""
    name = needed.name if needed.name in stand_ins else needed.kind
    said = stand_ins.get(name)
    match said:
        case None:
            label = {"iam": "is signed for IAM", "key": "asks for an API key"}.get(needed.kind)
            what = label or f"has the authorizer {needed.name} ({needed.kind})"
            raise AuthorizerError(f"it {what}, which is not checked here: write {name} = {_FORMS} under {_TABLE}")
        case "deny":
            return lambda headers, method: None
        case "allow-in-development":
            return lambda headers, method: {} if development else None
        case _:
            return _function(name, said)


def _function(name: str, said: object) -> Decide:
    module, colon, attribute = said.partition(":") if isinstance(said, str) else ("", "", "")
    if not (module and colon and attribute):
        raise AuthorizerError(f"{_TABLE} {name} must be {_FORMS}, not {said!r}")
    try:
        found = getattr(import_module(module), attribute, None)
    except ImportError as error:
        raise AuthorizerError(f"{_TABLE} {name} = {said!r} cannot be imported: {error}") from None
    if not callable(found):
        raise AuthorizerError(f"{_TABLE} {name} = {said!r}: the module has no such function")
    decide: Decide = found
    return decide
