"""Authenticates a request: returns verified claims, or the response to send instead."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from ..gateway.http import GatewayResponse, HeaderLine
from ..observability import audit
from ..observability.logging import EventLog
from ..observability.metrics import Metrics
from .claims import Claims, scopes_of
from .responses import Reason, RejectedError
from .token import bearer_token, stated_issuer
from .verifier import Verifier

type Headers = Sequence[HeaderLine]

_LOG = EventLog("auth")
OVERRIDE = "dependency_overrides[verdict]"
NO_ISSUER = "nothing says whose tokens to accept: set COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID"


class Accepted(NamedTuple):
    """`claims` are those of a verified token; `set_cookies` are Set-Cookie values for the response."""

    claims: Mapping[str, object]
    set_cookies: tuple[bytes, ...] = ()


def accepted(found: object, source: str) -> Accepted:
    """What `source`, a developer's own function, gave in an authorizer's place: claims, or `Accepted` around them.

    Raises TypeError for anything else.
    """
    made = found if isinstance(found, Accepted) else Accepted(cast(Claims, found))
    if not isinstance(made.claims, Mapping):
        raise TypeError(f"{source} gave {type(made.claims).__name__}, not claims: a mapping, or Accepted(mapping)")
    return made


@dataclass(frozen=True, slots=True)
class Refused:
    """`response` is what the client gets; `reason` is for metrics and logs only."""

    response: GatewayResponse
    reason: Reason


# What stands for the method of a WebSocket's handshake; no method has a space.
HANDSHAKE = "WebSocket handshake"

# Session mode, which imports this module: None for a request without session cookies. Raises `RejectedError`.
type BySession = Callable[[Headers, str | None, str], Awaitable[Accepted | None]]


def refused(rejected: RejectedError, client: str) -> Refused:
    """The refusal, which the audit log tells unless nothing was sent."""
    if rejected.reason is not Reason.NO_CREDENTIALS:
        event = "csrf_refused" if rejected.reason is Reason.CSRF else "refused"
        audit.record(event, client=client, reason=rejected.reason.value, checks=str(rejected))
    return Refused(rejected.response, rejected.reason)


class Authenticator:
    """Bearer mode, and session mode where `by_session` is given. An Authorization header decides alone: a good cookie
    never outweighs a bad token. With `scopes`, a token must hold one of them; `bare` tokens need no `Bearer`. Of
    several `verifiers` that of the issuer that a token names counts, else the first; without any all is refused (503).
    """

    def __init__(
        self,
        verifiers: Sequence[Verifier],
        *,
        by_session: BySession | None,
        meter: Metrics,
        scopes: Collection[str] = (),
        bare: bool = False,
    ) -> None:
        self._verifiers, self._session_verdict, self._meter = verifiers, by_session, meter
        self._scopes, self._bare = frozenset(scopes), bare
        self._any_issuer = any(one.policy.any_issuer for one in verifiers)

    async def authenticate(self, headers: Headers, method: str | None = None, client: str = "") -> Accepted | Refused:
        """The verdict on a request. Without `method` it counts as unsafe (session mode); `client` is its address, for
        the audit log and for a fair share of token refreshes."""
        try:
            found = await self._by_session(headers, method, client) or await self._by_token(headers)
            if self._scopes and self._scopes.isdisjoint(scopes_of(found.claims, any_issuer=self._any_issuer)):
                raise RejectedError(Reason.NO_SCOPE, "scope_of_the_route")
        except RejectedError as rejected:
            self._meter.count("auth_outcomes", rejected.reason.value)
            return refused(rejected, client)
        self._meter.count("auth_outcomes", "accepted")
        return found

    async def _by_session(self, headers: Headers, method: str | None, client: str) -> Accepted | None:
        if self._session_verdict is None or any(name.lower() == b"authorization" for name, _ in headers):
            return None
        return await self._session_verdict(headers, method, client)

    async def _by_token(self, headers: Headers) -> Accepted:
        if not self._verifiers:
            _LOG.error(f"no verdict: {NO_ISSUER}")
            raise RejectedError(Reason.NO_ISSUER, "issuer_is_set")
        token = bearer_token(headers, scheme_is_optional=self._bare)
        return Accepted((await self._verifier_for(token).verify(token)).claims)

    def _verifier_for(self, token: bytes) -> Verifier:
        first, *others = self._verifiers
        if not others:
            return first
        issuer = stated_issuer(token)
        return next((one for one in others if one.policy.issuer == issuer), first)
