"""Logging in through the issuer's pages: what is remembered on the way there, and checked on the way back."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest

from ..claims import Clock
from ..cognito import HostedUi, TokenSet
from ..verifier import Rejected, Verifier
from .cookies import CookieJar, LoginAttempt, SessionRefresh, SessionToken, login_name
from .fair_queue import FairQueue
from .refresh import TokenSetVerifier, as_bytes

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
class Logins:
    """`id_tokens` verifies the ID token, whose `nonce` ties the tokens to this very login."""

    hosted_ui: HostedUi
    jar: CookieJar
    tokens: TokenSetVerifier
    id_tokens: Verifier
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
        return await self._session(tokens, attempt)

    async def _session(self, tokens: TokenSet, attempt: LoginAttempt) -> Finished:
        verdict, routed = await self.tokens.verdict(tokens), self.tokens.routed(tokens)
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


def _username(claims: Mapping[str, object]) -> str | None:
    name = claims.get("username", claims.get("cognito:username"))
    return name if isinstance(name, str) else None
