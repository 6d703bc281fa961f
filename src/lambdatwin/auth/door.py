"""The door: from the headers of a request to the claims of whoever sent it, or to the answer that he gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ..gateway.http import GatewayResponse, HeaderLine
from .answers import answer
from .caches.verdicts import VerdictCache, digest_of
from .observing import Audit, Meter
from .reasons import Reason, UnacceptableError
from .revocations import RevocationCheck, RevocationsUnavailableError
from .tokens.credentials import LARGEST_CREDENTIALS, SCHEME, bearer_token
from .verifier import Rejected, Verdict, Verified, Verifier

type Headers = Sequence[HeaderLine]


class Accepted(NamedTuple):
    """`claims` are those of a verified token; `set_cookies` are Set-Cookie values for the answer."""

    claims: Mapping[str, object]
    set_cookies: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """`response` is what the client gets; `reason` is for metrics and logs only."""

    response: GatewayResponse
    reason: Reason


class Tokens:
    """Verdicts on tokens: from the cache while it may be asked, else from the verifier; revocations always count."""

    def __init__(self, verifier: Verifier, cache: VerdictCache, revocations: RevocationCheck, meter: Meter) -> None:
        self._verifier, self._cache, self._revocations, self._meter = verifier, cache, revocations, meter

    def cached(self, token: bytes) -> Verified | None:
        """A verdict that needs no waiting: reached before, its key still trusted, and nothing revoked."""
        return self._kept(digest_of(token))

    def _kept(self, digest: bytes) -> Verified | None:
        verdict = self._cache.get(digest, self._verifier.clock())
        if verdict is None or not self._verifier.keys.trusts(verdict.kid, verdict.key):
            return None
        return verdict if self._revocations.denies_now(verdict.claims) is False else None

    async def verdict(self, token: bytes) -> Verdict:
        """The verdict on a token; never an exception."""
        digest = digest_of(token)
        verdict: Verdict | None = self._kept(digest)
        self._meter.count("auth_verdict_cache", "miss" if verdict is None else "hit")
        if verdict is not None:
            return verdict
        verdict = await self._verifier.verify(token)
        if isinstance(verdict, Rejected):
            return verdict
        try:
            if await self._revocations.denies(verdict.claims):
                return Rejected(Reason.REVOKED, ("not_revoked",))
        except RevocationsUnavailableError:
            return Rejected(Reason.DENY_LIST_UNAVAILABLE, ("deny_list_is_known",))
        self._cache.put(digest, verdict, self._verifier.clock())
        return verdict


class Sessions(Protocol):
    """Cookie mode: what the door asks when a request brings no Authorization header."""

    def cached(self, headers: Headers, method: str | None) -> Accepted | None: ...

    async def authenticate(self, headers: Headers, method: str | None) -> Accepted | Refused | None:
        """None for a request without a session's cookies."""


class Authenticator:
    """Bearer mode, and session mode where `sessions` is given. A request with an Authorization header is judged by
    that alone: a bad token is never outweighed by a good cookie."""

    def __init__(self, tokens: Tokens, *, sessions: Sessions | None, meter: Meter, audit: Audit) -> None:
        self._tokens, self._sessions, self._meter, self._audit = tokens, sessions, meter, audit

    def cached(self, headers: Headers, method: str | None = None) -> Accepted | None:
        """The verdict on a request seen before, without waiting; None says nothing: ask `authenticate`."""
        values = [value for name, value in headers if name.lower() == b"authorization"]
        if len(values) != 1:
            return self._sessions.cached(headers, method) if self._sessions and not values else None
        value = values[0]
        if len(value) > LARGEST_CREDENTIALS or value[: len(SCHEME)].lower() != SCHEME:
            return None
        verdict = self._tokens.cached(value[len(SCHEME) :])
        if verdict is None:
            return None
        self._meter.count("auth_verdict_cache", "hit")
        self._meter.count("auth_outcomes", "accepted")
        return Accepted(verdict.claims)

    async def authenticate(self, headers: Headers, method: str | None = None) -> Accepted | Refused:
        """The verdict on a request. `method` matters in session mode: without one, the request counts as unsafe."""
        outcome = await self._by_session(headers, method) or await self._by_token(headers)
        if isinstance(outcome, Accepted):
            self._meter.count("auth_outcomes", "accepted")
        else:
            self._meter.count("auth_outcomes", outcome.reason.value)
        return outcome

    async def _by_session(self, headers: Headers, method: str | None) -> Accepted | Refused | None:
        if self._sessions is None or any(name.lower() == b"authorization" for name, _ in headers):
            return None
        outcome = await self._sessions.authenticate(headers, method)
        if isinstance(outcome, Refused):
            self._audit.record("session_refused", reason=outcome.reason.value)
        return outcome

    async def _by_token(self, headers: Headers) -> Accepted | Refused:
        try:
            verdict = await self._tokens.verdict(bearer_token(headers))
        except UnacceptableError as refusal:
            verdict = Rejected(refusal.reason, (refusal.check,))
        if isinstance(verdict, Verified):
            return Accepted(verdict.claims)
        if verdict.reason is not Reason.NO_CREDENTIALS:
            self._audit.record("refused", reason=verdict.reason.value, checks=",".join(verdict.checks))
        return Refused(answer(verdict.reason), verdict.reason)
