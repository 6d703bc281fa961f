"""Session mode at the door: cookies instead of a header, and tokens that renew themselves."""

from dataclasses import dataclass

from ...gateway.http import GatewayResponse
from ..answers import answer
from ..cognito.errors import CognitoError, RefusedError, ReusedError
from ..door import Accepted, Headers, Refused, Tokens
from ..observing import Audit
from ..reasons import Reason
from ..verifier import Clock, Rejected, Verified
from .cookies import AmbiguousCookiesError, CookieJar, Held, Kept
from .judging import as_bytes
from .refreshing import Refreshed, Refresher

RENEW_WITHIN = 60


@dataclass(frozen=True, slots=True)
class CookieSession:
    """What a request's cookies hold; at least one of the two is there."""

    held: Held | None
    kept: Kept | None

    @property
    def sid(self) -> str:
        """The session's id, which both cookies carry."""
        return self.held.sid if self.held is not None else self.kept.sid if self.kept is not None else ""


class CookieSessions:
    """The door's `Sessions`."""

    def __init__(self, jar: CookieJar, tokens: Tokens, refresher: Refresher, *, clock: Clock, audit: Audit) -> None:
        self._jar, self._tokens, self._refresher = jar, tokens, refresher
        self._clock, self._audit = clock, audit

    def cached(self, headers: Headers, method: str | None) -> Accepted | None:
        """A session whose token was judged before and lives on for a while."""
        session = self.open(headers)
        if not isinstance(session, CookieSession) or session.held is None:
            return None
        if not self._jar.allows(session.sid, headers, method):
            return None
        verdict = self._tokens.cached(as_bytes(session.held.token))
        return Accepted(verdict.claims) if verdict is not None and self._lasts(verdict) else None

    def open(self, headers: Headers) -> CookieSession | Reason | None:
        """The session of a request: None without cookies of ours, a reason for cookies that nobody could have."""
        try:
            cookies = self._jar.read(headers)
        except AmbiguousCookiesError:
            return Reason.BAD_SESSION
        if "session" not in cookies and "refresh" not in cookies:
            return None
        held, kept = self._jar.held(cookies.get("session")), self._jar.kept(cookies.get("refresh"), self._clock())
        if (held is None and kept is None) or (held is not None and kept is not None and held.sid != kept.sid):
            return Reason.BAD_SESSION
        return CookieSession(held, kept)

    async def authenticate(self, headers: Headers, method: str | None) -> Accepted | Refused | None:
        """The verdict; the answer to a renewed session carries its new cookies, the answer to a dead one drops them."""
        session = self.open(headers)
        if session is None:
            return None
        if isinstance(session, Reason):
            return self._ended(session)
        if not self._jar.allows(session.sid, headers, method):
            self._audit.record("csrf_refused", method=method or "")
            return Refused(answer(Reason.CSRF), Reason.CSRF)
        verdict = await self._tokens.verdict(as_bytes(session.held.token)) if session.held is not None else None
        if isinstance(verdict, Rejected) and verdict.reason is not Reason.EXPIRED:
            return self._turned_away(verdict.reason)
        good = verdict if isinstance(verdict, Verified) else None
        if good is not None and (self._lasts(good) or session.kept is None):
            return Accepted(good.claims)
        return await self._renewed(session, good)

    async def renew(self, kept: Kept) -> tuple[Refreshed, tuple[bytes, ...]]:
        """Fresh tokens for a session, and its new cookies; raises a `CognitoError`."""
        refreshed = await self._refresher.refresh(kept.refresh, subject=kept.sub, username=kept.username)
        tokens, now = refreshed.tokens, self._clock()
        held = Held(kept.sid, refreshed.routed)
        renewed = Kept(kept.sid, tokens.refresh or kept.refresh, kept.sub, kept.username, kept.since)
        return refreshed, self._jar.write(held, renewed, now)

    async def _renewed(self, session: CookieSession, good: Verified | None) -> Accepted | Refused:
        if session.kept is None:
            return Refused(answer(Reason.EXPIRED), Reason.EXPIRED)
        try:
            refreshed, cookies = await self.renew(session.kept)
        except (RefusedError, ReusedError):
            return self._ended(Reason.REFRESH_REFUSED)
        except CognitoError:
            # Nobody can renew now; a token that still lives is as good as it was.
            return Accepted(good.claims) if good is not None else self._turned_away(Reason.ISSUER_UNAVAILABLE)
        return Accepted(refreshed.verified.claims, cookies)

    def _lasts(self, verdict: Verified) -> bool:
        return verdict.expires_at - self._clock() >= RENEW_WITHIN

    def _turned_away(self, reason: Reason) -> Refused:
        return Refused(answer(reason), reason)

    def _ended(self, reason: Reason) -> Refused:
        response = answer(reason)
        gone = tuple((b"set-cookie", line) for line in self._jar.clear())
        return Refused(GatewayResponse(response.status, (*response.headers, *gone), response.body), reason)
