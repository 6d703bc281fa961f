"""Session mode: logging in through the issuer's pages, cookies instead of an Authorization header, and tokens that are
refreshed automatically."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx

from ...gateway.http import HeaderLine
from ..authenticator import HANDSHAKE, Accepted, Headers
from ..claims import Clock
from ..cognito import CognitoError, HostedUi, RefusedError
from ..responses import Reason, RejectedError, StoreUnavailableError
from ..verifier import Verified, Verifier
from .cookies import CookieJar, LoginAttempt, SessionRefresh, SessionToken, login_name, repeats_csrf
from .fair_queue import FairQueue
from .refresh import Caller, Granted, Refresher, as_bytes

RENEW_WITHIN = 60
# A path of our own: a second slash or a backslash would make browsers read another host out of it.
_OWN_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%?/-]{0,1000})?")
_CODE = re.compile(r"[\x21-\x7e]{1,2048}")


@dataclass(frozen=True, slots=True)
class Finished:
    """Where the browser wanted to go, its cookies, and its user; None where the user cancelled the login."""

    location: str
    set_cookies: tuple[HeaderLine, ...]
    sub: str | None


@dataclass(frozen=True, slots=True)
class CookieSession:
    """What a request's cookies hold; at least one of the two is there."""

    sid: str
    token: SessionToken | None
    refresh: SessionRefresh | None


@dataclass(frozen=True, slots=True)
class SessionMode:
    """The logins and the sessions of browsers; `authenticate` is the authenticator's `BySession`."""

    jar: CookieJar
    hosted_ui: HostedUi
    verifier: Verifier
    refresher: Refresher
    queue: FairQueue
    clock: Clock

    def begin(self, return_to: str, cookies: Mapping[str, bytes]) -> tuple[str, tuple[HeaderLine, ...]]:
        """Begin a login that ends at `return_to`, or at `/` where that is no path of ours.

        Returns where to send the browser, and Set-Cookie lines.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        attempt = LoginAttempt(state, nonce, verifier, return_to if _OWN_PATH.fullmatch(return_to) else "/")
        location = self.hosted_ui.authorize_url(state=state, nonce=nonce, verifier=verifier)
        return location, self.jar.write_attempt(attempt, cookies)

    async def finish(self, query: Mapping[str, str], headers: Headers, client: str) -> Finished:
        """Turn a callback into a session.

        Raises `RejectedError` for one that belongs to no login of this browser, and for tokens that are not good or
        that no cookie can hold; or the `CognitoError` of the exchange.
        """
        code, state = query.get("code", ""), query.get("state", "")
        attempt = self.jar.attempt(self.jar.read(headers).get(login_name(state)))
        if attempt is None or state != attempt.state:
            raise RejectedError(Reason.BAD_SESSION, "state")
        gone = self.jar.clear(login_name(state))
        if query.get("error") == "access_denied":
            return Finished(attempt.return_to, gone, None)
        if "error" in query or not _CODE.fullmatch(code):
            raise RejectedError(Reason.BAD_SESSION, "code")
        async with self.queue.place(client):
            tokens = await self.hosted_ui.exchange(code, attempt.verifier)
        granted = await self.refresher.verifier.verified(tokens)
        # It ties the tokens to this very login.
        if granted.nonce != attempt.nonce:
            raise RejectedError(Reason.BAD_SESSION, "nonce")
        return Finished(attempt.return_to, self._new_session(granted) + gone, granted.sub)

    def _new_session(self, granted: Granted) -> tuple[HeaderLine, ...]:
        # A new id for each login: a session that was planted before it ends here.
        sid, refresh = secrets.token_urlsafe(24), None
        if granted.tokens.refresh is not None:
            username = granted.claims.get("username", granted.claims.get("cognito:username"))
            name = username if isinstance(username, str) else None
            refresh = SessionRefresh(sid, granted.tokens.refresh, granted.sub, name, int(self.clock()))
        return self.jar.write(SessionToken(sid, granted.routed), refresh)

    def session(self, headers: Headers, method: str | None) -> CookieSession | None:
        """The session of a request, None without cookies of ours. Raises `RejectedError` for cookies that no session
        can have, and for what another site's page may have sent."""
        cookies = self.jar.read(headers)
        if "session" not in cookies and "refresh" not in cookies:
            return None
        token = self.jar.session_token(cookies.get("session"))
        refresh = self.jar.session_refresh(cookies.get("refresh"))
        ids = {kept.sid for kept in (token, refresh) if kept is not None}
        if len(ids) != 1:
            raise RejectedError(Reason.BAD_SESSION, "cookies_of_one_session", headers=self.jar.clear_session())
        session = CookieSession(ids.pop(), token, refresh)
        if method == HANDSHAKE:
            own = is_own_page(headers, self.hosted_ui.redirect_uri)
        else:
            own = repeats_csrf(session.sid, headers, method)
        if not own:
            raise RejectedError(Reason.CSRF, "own_page")
        return session

    async def authenticate(self, headers: Headers, method: str | None, client: str) -> Accepted | None:
        """The verdict; a refreshed session's response carries its new cookies, a dead one's response clears them.

        A handshake refreshes nothing: its response would lose the cookies.
        """
        session = self.session(headers, method)
        if session is None:
            return None
        good = await self._verified(session.token)
        lasts = good is not None and good.expires_at - self.clock() >= RENEW_WITHIN
        refresh = None if method == HANDSHAKE else session.refresh
        if good is not None and (lasts or refresh is None):
            return Accepted(good.claims)
        if refresh is None:
            raise RejectedError(Reason.EXPIRED, "not_expired")
        try:
            granted, cookies = await self.refresh(refresh, client)
        except (CognitoError, StoreUnavailableError):
            # No refresh is possible now; a token that is still alive is as good as it was.
            if good is None:
                raise RejectedError(Reason.ISSUER_UNAVAILABLE, "refresh") from None
            return Accepted(good.claims)
        return Accepted(granted.claims, tuple(value for _, value in cookies))

    async def refresh(self, refresh: SessionRefresh, client: str) -> tuple[Granted, tuple[HeaderLine, ...]]:
        """New tokens for a session, and its new cookies. Raises `RejectedError` for a session that is over, and a
        `CognitoError` or `StoreUnavailableError` where that is not known."""
        try:
            granted = await self.refresher.refresh(refresh.refresh, caller_of(refresh, client))
        except RefusedError:
            gone = self.jar.clear_session()
            raise RejectedError(Reason.REFRESH_REFUSED, "refresh", headers=gone) from None
        renewed = replace(refresh, refresh=granted.tokens.refresh or refresh.refresh)
        return granted, self.jar.write(SessionToken(refresh.sid, granted.routed), renewed)

    async def _verified(self, token: SessionToken | None) -> Verified | None:
        """None for a token that may be refreshed."""
        if token is None:
            return None
        try:
            return await self.verifier.verify(as_bytes(token.token))
        except RejectedError as rejected:
            if rejected.reason is not Reason.EXPIRED:
                raise
            return None


def caller_of(refresh: SessionRefresh, client: str) -> Caller:
    """A session's user has a share of the refreshes of its own, whatever its address sends besides."""
    return Caller(f"sub:{refresh.sub}", client, refresh.sub, refresh.username)


def is_own_page(headers: Headers, redirect_uri: str) -> bool:
    """Which page asks for a WebSocket: a browser sends the cookies of a site with the handshake of any page, but tells
    in `Origin` whose page it is (RFC 6454, RFC 6455 §10.2). Logins come back to `redirect_uri`: the cookies are there.
    """
    site = httpx.URL(redirect_uri)  # as in an Origin: the host in ASCII, without the scheme's own port
    sent = [value for name, value in headers if name.lower() == b"origin"]
    return sent == [site.scheme.encode() + b"://" + site.netloc]
