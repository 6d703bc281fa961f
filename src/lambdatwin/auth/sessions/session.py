"""Session mode: logging in through the issuer's pages, cookies instead of an Authorization header, and tokens that are
refreshed automatically."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest

from ...observability import audit
from ..authenticator import HANDSHAKE, Accepted, Headers, Refused, Tokens
from ..claims import Clock
from ..cognito import CognitoError, HostedUi, RefusedError, ReusedError, TokenSet
from ..responses import Reason, response_for
from ..verifier import Rejected, Verified, Verifier
from .cookies import (
    AmbiguousCookiesError,
    CookieJar,
    CookieTooLargeError,
    LoginAttempt,
    SessionRefresh,
    SessionToken,
    login_name,
)
from .fair_queue import FairQueue
from .origins import is_own_page
from .refresh import Caller, Refreshed, Refresher, TokenSetVerifier, as_bytes

RENEW_WITHIN = 60
# A path of our own: a second slash or a backslash would make browsers read another host out of it.
_OWN_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%?/-]{0,1000})?")
_CODE = re.compile(r"[\x21-\x7e]{1,2048}")


class CallbackRefusedError(Exception):
    """The callback belongs to no login that this browser began, or its tokens are not good."""


class LoginCancelledError(Exception):
    """The user, or the issuer for the user, ended the login; `return_to` is where it began."""

    def __init__(self, return_to: str, name: str) -> None:
        super().__init__("cancelled")
        self.return_to, self.name = return_to, name


@dataclass(frozen=True, slots=True)
class Finished:
    """Where the browser wanted to go, its cookies, and its user."""

    location: str
    set_cookies: tuple[bytes, ...]
    sub: str


@dataclass(frozen=True, slots=True)
class CookieSession:
    """What a request's cookies hold; at least one of the two is there."""

    token: SessionToken | None
    refresh: SessionRefresh | None

    @property
    def sid(self) -> str:
        present = self.token or self.refresh
        return present.sid if present is not None else ""


@dataclass(frozen=True, slots=True)
class SessionMode:
    """The logins and the sessions of browsers; `authenticate` is the authenticator's `BySession`.

    `id_tokens` verifies the ID token of a login, whose `nonce` ties the tokens to this very login.
    """

    jar: CookieJar
    hosted_ui: HostedUi
    tokens: Tokens
    token_sets: TokenSetVerifier
    id_tokens: Verifier
    refresher: Refresher
    queue: FairQueue
    clock: Clock

    def begin(self, return_to: str, cookies: dict[str, bytes]) -> tuple[str, tuple[bytes, ...]]:
        """Begin a login that ends at `return_to`, or at `/` where that is no path of ours.

        Returns where to send the browser, and Set-Cookie values: this attempt's, after those that make room for it.
        """
        target = return_to if _OWN_PATH.fullmatch(return_to) else "/"
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        now = self.clock()
        attempt = LoginAttempt(state, nonce, verifier, target, int(now))
        location = self.hosted_ui.authorize_url(state=state, nonce=nonce, verifier=verifier)
        surplus = self.jar.clear(*self.jar.surplus_attempts(cookies, now))
        return location, (*surplus, self.jar.write_attempt(attempt))

    async def finish(self, query: Mapping[str, str], cookies: Mapping[str, bytes], client: str) -> Finished:
        """Turn a callback into a session.

        Raises `CallbackRefusedError`, `LoginCancelledError`, `CookieTooLargeError`, or the `CognitoError` of the
        exchange.
        """
        code, state = query.get("code", ""), query.get("state", "")
        attempt = self.jar.attempt(cookies.get(login_name(state)), self.clock())
        if attempt is None or not compare_digest(state.encode("utf-8", "replace"), attempt.state.encode()):
            raise CallbackRefusedError("state")
        if query.get("error") == "access_denied":
            raise LoginCancelledError(attempt.return_to, attempt.name)
        if "error" in query or not _CODE.fullmatch(code):
            raise CallbackRefusedError("code")
        async with self.queue.place(client):
            tokens = await self.hosted_ui.exchange(code, attempt.verifier)
        return await self._new_session(tokens, attempt)

    async def _new_session(self, tokens: TokenSet, attempt: LoginAttempt) -> Finished:
        verdict, routed = await self.token_sets.verdict(tokens), self.token_sets.routed(tokens)
        if isinstance(verdict, Rejected) or routed is None or tokens.id is None:
            raise CallbackRefusedError("tokens")
        identity = await self.id_tokens.verify(as_bytes(tokens.id))
        if isinstance(identity, Rejected) or identity.claims.get("nonce") != attempt.nonce:
            raise CallbackRefusedError("nonce")
        sub, now = str(verdict.claims["sub"]), self.clock()
        # A new id for each login: a session that was planted before it ends here.
        sid = secrets.token_urlsafe(24)
        refresh = None
        if tokens.refresh is not None:
            refresh = SessionRefresh(sid, tokens.refresh, sub, _username(verdict.claims), int(now))
        cookies = self.jar.write(SessionToken(sid, routed), refresh, now) + self.jar.clear(attempt.name)
        return Finished(attempt.return_to, cookies, sub)

    def open(self, headers: Headers) -> CookieSession | Reason | None:
        """The session of a request: None without cookies of ours, a reason for cookies that no session can have."""
        try:
            cookies = self.jar.read(headers)
        except AmbiguousCookiesError:
            return Reason.BAD_SESSION
        if "session" not in cookies and "refresh" not in cookies:
            return None
        token = self.jar.session_token(cookies.get("session"))
        refresh = self.jar.session_refresh(cookies.get("refresh"), self.clock())
        if (token is None and refresh is None) or (token and refresh and token.sid != refresh.sid):
            return Reason.BAD_SESSION
        return CookieSession(token, refresh)

    async def authenticate(self, headers: Headers, method: str | None, client: str) -> Accepted | Refused | None:
        """The verdict; a refreshed session's response carries its new cookies, a dead one's response clears them.

        A handshake refreshes nothing: its response would lose the cookies.
        """
        session = self.open(headers)
        if session is None:
            return None
        if isinstance(session, Reason):
            return self._ended(session)
        handshake = method == HANDSHAKE
        if handshake:
            allowed = is_own_page(headers, self.hosted_ui.redirect_uri)
        else:
            allowed = self.jar.allows(session.sid, headers, method)
        if not allowed:
            audit.record("csrf_refused", client=client, method=method or "")
            return _refused(Reason.CSRF)
        verdict = await self.tokens.verdict(as_bytes(session.token.token)) if session.token is not None else None
        if isinstance(verdict, Rejected) and verdict.reason is not Reason.EXPIRED:
            return _refused(verdict.reason)
        good = verdict if isinstance(verdict, Verified) else None
        lasts = good is not None and good.expires_at - self.clock() >= RENEW_WITHIN
        if good is not None and (lasts or handshake or session.refresh is None):
            return Accepted(good.claims)
        if handshake:
            return _refused(Reason.EXPIRED)
        return await self._refreshed(session, good, client)

    async def refresh(self, refresh: SessionRefresh, client: str) -> tuple[Refreshed, tuple[bytes, ...]]:
        """New tokens for a session, and its new cookies; raises a `CognitoError` or `CookieTooLargeError`."""
        refreshed = await self.refresher.refresh(refresh.refresh, caller_of(refresh, client))
        latest = refreshed.tokens.refresh or refresh.refresh
        renewed = SessionRefresh(refresh.sid, latest, refresh.sub, refresh.username, refresh.since)
        return refreshed, self.jar.write(SessionToken(refresh.sid, refreshed.routed), renewed, self.clock())

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

    def _ended(self, reason: Reason) -> Refused:
        gone = ((b"set-cookie", line) for line in self.jar.clear_session())
        return Refused(response_for(reason).adding(*gone), reason)


def caller_of(refresh: SessionRefresh, client: str) -> Caller:
    """A session's user has a share of the refreshes of its own, whatever its address sends besides."""
    return Caller(f"sub:{refresh.sub}", client, refresh.sub, refresh.username)


def _refused(reason: Reason) -> Refused:
    return Refused(response_for(reason), reason)


def _username(claims: Mapping[str, object]) -> str | None:
    name = claims.get("username", claims.get("cognito:username"))
    return name if isinstance(name, str) else None
