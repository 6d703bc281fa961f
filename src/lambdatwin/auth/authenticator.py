"""Authenticates a request: returns verified claims, or the response to send instead."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, cast

from ..gateway.http import GatewayResponse, HeaderLine
from ..observability import audit
from ..observability.logging import EventLog
from ..observability.metrics import Metrics
from .cache import Bounded
from .claims import Claims, Policy, scopes_of
from .responses import Reason, UnacceptableError, response_for
from .revocations import LocalDenyList, RevocationsUnavailableError
from .token import bearer_token, port_of_issuer, stated_issuer
from .verifier import Rejected, Verdict, Verified, Verifier

type Headers = Sequence[HeaderLine]

_LOG = EventLog("auth")
_LONGEST_SECONDS = 300.0
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


class Tokens:
    """Verdicts on tokens, from a cache where it holds one, else from the verifier; revocations always count.

    No refusal is cached, so that none outlives its cause. The key is the SHA-256 of the token's text, which is safe
    only because the verifier accepts one spelling per token.
    """

    def __init__(self, verifier: Verifier, revocations: LocalDenyList, meter: Metrics) -> None:
        self._verifier, self._revocations, self._meter = verifier, revocations, meter
        self._cache: Bounded[bytes, Verified] = Bounded(10_000)

    @property
    def policy(self) -> Policy:
        return self._verifier.policy

    async def verdict(self, token: bytes) -> Verdict:
        """The verdict on a token; never an exception."""
        digest = sha256(token).digest()
        cached = self._cached(digest)
        self._meter.count("auth_verdict_cache", "miss" if cached is None else "hit")
        verdict = cached or await self._verifier.verify(token)
        if isinstance(verdict, Rejected):
            return verdict
        try:
            if await self._revocations.denies(verdict.claims):
                return Rejected(Reason.REVOKED, ("not_revoked",))
        except RevocationsUnavailableError:
            return Rejected(Reason.DENY_LIST_UNAVAILABLE, ("deny_list_is_known",))
        if cached is None:  # a hit must not prolong itself
            now = self._verifier.clock()
            self._cache.put(digest, verdict, now, min(verdict.expires_at, now + _LONGEST_SECONDS))
        return verdict

    def other_server(self, headers: Headers) -> dict[str, str]:
        """For a developer: that a refused token is of a server on another port of this machine."""
        ours, theirs = port_of_issuer(self.policy.issuer), None
        if ours is not None:
            theirs = port_of_issuer(stated_issuer(headers))
        if theirs is None or theirs == ours:
            return {}
        return {"hint": f"the token is of the server on port {theirs}, this one is on port {ours}"}

    def _cached(self, digest: bytes) -> Verified | None:
        """A cached verdict holds no longer than the key that gave it is trusted."""
        verdict = self._cache.get(digest, self._verifier.clock())
        return verdict if verdict is not None and self._verifier.keys.trusts(verdict.kid, verdict.key) else None


# What stands for the method of a WebSocket's handshake; no method has a space.
HANDSHAKE = "WebSocket handshake"

# Session mode, which imports this module: None for a request without session cookies.
type BySession = Callable[[Headers, str | None, str], Awaitable[Accepted | Refused | None]]


class Authenticator:
    """Bearer mode, and session mode where `by_session` is given. An Authorization header decides alone: a good cookie
    never outweighs a bad token. With `scopes`, a token must hold one of them; `bare` tokens need no `Bearer`. Of
    several `tokens` those of the issuer that a token names count, else the first; without any all is refused (503)."""

    def __init__(
        self,
        tokens: Sequence[Tokens],
        *,
        by_session: BySession | None,
        meter: Metrics,
        scopes: Collection[str] = (),
        bare: bool = False,
    ) -> None:
        self._tokens, self._session_verdict, self._meter = tokens, by_session, meter
        self._scopes, self._bare = frozenset(scopes), bare

    async def authenticate(self, headers: Headers, method: str | None = None, client: str = "") -> Accepted | Refused:
        """The verdict on a request. Without `method` it counts as unsafe (session mode); `client` is its address, for
        the audit log and for a fair share of token refreshes."""
        outcome = await self._by_session(headers, method, client) or await self._by_token(headers, client)
        if isinstance(outcome, Accepted) and not self._has_scope(outcome.claims):
            audit.record("refused", client=client, reason=Reason.NO_SCOPE.value)
            outcome = Refused(response_for(Reason.NO_SCOPE), Reason.NO_SCOPE)
        if isinstance(outcome, Accepted):
            self._meter.count("auth_outcomes", "accepted")
        else:
            self._meter.count("auth_outcomes", outcome.reason.value)
        return outcome

    async def _by_session(self, headers: Headers, method: str | None, client: str) -> Accepted | Refused | None:
        if self._session_verdict is None or any(name.lower() == b"authorization" for name, _ in headers):
            return None
        outcome = await self._session_verdict(headers, method, client)
        if isinstance(outcome, Refused):
            audit.record("session_refused", client=client, reason=outcome.reason.value)
        return outcome

    async def _by_token(self, headers: Headers, client: str) -> Accepted | Refused:
        if not self._tokens:
            _LOG.error(f"no verdict: {NO_ISSUER}")
            return Refused(response_for(Reason.NO_ISSUER), Reason.NO_ISSUER)
        tokens = self._tokens_for(headers)
        try:
            verdict = await tokens.verdict(bearer_token(headers, scheme_is_optional=self._bare))
        except UnacceptableError as refusal:
            verdict = Rejected(refusal.reason, (refusal.check,))
        if isinstance(verdict, Verified):
            return Accepted(verdict.claims)
        if verdict.reason is not Reason.NO_CREDENTIALS:
            told = {"checks": ",".join(verdict.checks), **tokens.other_server(headers)}
            audit.record("refused", client=client, reason=verdict.reason.value, **told)
        return Refused(response_for(verdict.reason), verdict.reason)

    def _has_scope(self, claims: Mapping[str, object]) -> bool:
        if not self._scopes:
            return True
        return not self._scopes.isdisjoint(scopes_of(claims, any_issuer=self._tokens[0].policy.any_issuer))

    def _tokens_for(self, headers: Headers) -> Tokens:
        if len(self._tokens) == 1:
            return self._tokens[0]
        issuer = stated_issuer(headers)
        return next((tokens for tokens in self._tokens if tokens.policy.issuer == issuer), self._tokens[0])
