"""Session mode: cookies instead of an Authorization header, and tokens that are refreshed automatically."""

from dataclasses import dataclass

from ...observability import audit
from ..authenticator import Accepted, Headers, Refused, Tokens
from ..claims import Clock
from ..cognito import CognitoError, RefusedError, ReusedError
from ..responses import Reason, response_for
from ..verifier import Rejected, Verified
from .cookies import AmbiguousCookiesError, CookieJar, CookieTooLargeError, SessionRefresh, SessionToken
from .refresh import Caller, Refreshed, Refresher, as_bytes

RENEW_WITHIN = 60


@dataclass(frozen=True, slots=True)
class CookieSession:
    """What a request's cookies hold; at least one of the two is there."""

    token: SessionToken | None
    refresh: SessionRefresh | None

    @property
    def sid(self) -> str:
        """The session's id, which both cookies carry."""
        present = self.token or self.refresh
        return present.sid if present is not None else ""


class CookieSessions:
    """The sessions of requests; `authenticate` is the authenticator's `BySession`."""

    def __init__(self, jar: CookieJar, tokens: Tokens, refresher: Refresher, *, clock: Clock) -> None:
        self._jar, self._tokens, self._refresher, self._clock = jar, tokens, refresher, clock

    def open(self, headers: Headers) -> CookieSession | Reason | None:
        """The session of a request: None without cookies of ours, a reason for cookies that no session can have."""
        try:
            cookies = self._jar.read(headers)
        except AmbiguousCookiesError:
            return Reason.BAD_SESSION
        if "session" not in cookies and "refresh" not in cookies:
            return None
        token = self._jar.session_token(cookies.get("session"))
        refresh = self._jar.session_refresh(cookies.get("refresh"), self._clock())
        if (token is None and refresh is None) or (token and refresh and token.sid != refresh.sid):
            return Reason.BAD_SESSION
        return CookieSession(token, refresh)

    async def authenticate(self, headers: Headers, method: str | None, client: str) -> Accepted | Refused | None:
        """The verdict; a refreshed session's response carries its new cookies, a dead one's response clears them."""
        session = self.open(headers)
        if session is None:
            return None
        if isinstance(session, Reason):
            return self._ended(session)
        if not self._jar.allows(session.sid, headers, method):
            audit.record("csrf_refused", client=client, method=method or "")
            return _refused(Reason.CSRF)
        verdict = await self._tokens.verdict(as_bytes(session.token.token)) if session.token is not None else None
        if isinstance(verdict, Rejected) and verdict.reason is not Reason.EXPIRED:
            return _refused(verdict.reason)
        good = verdict if isinstance(verdict, Verified) else None
        if good is not None and (self._lasts(good) or session.refresh is None):
            return Accepted(good.claims)
        return await self._refreshed(session, good, client)

    async def refresh(self, refresh: SessionRefresh, client: str) -> tuple[Refreshed, tuple[bytes, ...]]:
        """New tokens for a session, and its new cookies; raises a `CognitoError` or `CookieTooLargeError`."""
        refreshed = await self._refresher.refresh(refresh.refresh, caller_of(refresh, client))
        latest = refreshed.tokens.refresh or refresh.refresh
        renewed = SessionRefresh(refresh.sid, latest, refresh.sub, refresh.username, refresh.since)
        return refreshed, self._jar.write(SessionToken(refresh.sid, refreshed.routed), renewed, self._clock())

    async def _refreshed(self, session: CookieSession, good: Verified | None, client: str) -> Accepted | Refused:
        if session.refresh is None:
            return _refused(Reason.EXPIRED)
        try:
            refreshed, cookies = await self.refresh(session.refresh, client)
        except (RefusedError, ReusedError):
            return self._ended(Reason.REFRESH_REFUSED)
        except CookieTooLargeError as error:
            audit.record("session_too_large", client=client, sub=session.refresh.sub, why=str(error))
            return self._ended(Reason.BAD_SESSION)
        except CognitoError:
            # No refresh is possible now; a token that is still alive is as good as it was.
            return Accepted(good.claims) if good is not None else _refused(Reason.ISSUER_UNAVAILABLE)
        return Accepted(refreshed.verified.claims, cookies)

    def _lasts(self, verdict: Verified) -> bool:
        return verdict.expires_at - self._clock() >= RENEW_WITHIN

    def _ended(self, reason: Reason) -> Refused:
        gone = ((b"set-cookie", line) for line in self._jar.clear_session())
        return Refused(response_for(reason).adding(*gone), reason)


def caller_of(refresh: SessionRefresh, client: str) -> Caller:
    """A session's user has a share of the refreshes of its own, whatever its address sends besides."""
    return Caller(f"sub:{refresh.sub}", client, refresh.sub, refresh.username)


def _refused(reason: Reason) -> Refused:
    return Refused(response_for(reason), reason)
