"""Logging in through the issuer's pages: what is remembered on the way there, and checked on the way back."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest

from ..cognito.client import TokenSet
from ..cognito.hosted_ui import HostedUi
from ..verifier import Clock, Rejected, Verifier
from .cookies import CookieJar, Held, Kept, Pending
from .judging import as_bytes
from .refreshing import Judge

# A path of our own: a second slash or a backslash would make browsers read another host out of it.
_OWN_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%?/-]{0,1000})?")
_CODE = re.compile(r"[\x21-\x7e]{1,2048}")


class CallbackRefusedError(Exception):
    """The issuer's answer does not belong to a login that this browser began, or its tokens are not good."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the cookie it must bring back."""

    location: str
    set_cookie: bytes


@dataclass(frozen=True, slots=True)
class Finished:
    """Where the browser wanted to go, its cookies, and who it is."""

    location: str
    set_cookies: tuple[bytes, ...]
    sub: str


@dataclass(frozen=True, slots=True)
class Logins:
    """`id_tokens` verifies the ID token, whose `nonce` ties the tokens to this very login."""

    hosted_ui: HostedUi
    jar: CookieJar
    judge: Judge
    id_tokens: Verifier
    clock: Clock

    def begin(self, return_to: str) -> Begun:
        """Begin a login that ends at `return_to`, or at `/` where that is no path of ours."""
        target = return_to if _OWN_PATH.fullmatch(return_to) else "/"
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        pending = Pending(state, nonce, verifier, target, int(self.clock()))
        location = self.hosted_ui.authorize_url(state=state, nonce=nonce, verifier=verifier)
        return Begun(location, self.jar.write_pending(pending))

    async def finish(self, query: Mapping[str, str], cookie: bytes | None) -> Finished:
        """Turn a callback into a session; raises `CallbackRefusedError`, or a `CognitoError` of the exchange."""
        pending = self.jar.pending(cookie, self.clock())
        code, state = query.get("code", ""), query.get("state", "")
        if pending is None or not compare_digest(state.encode(), pending.state.encode()):
            raise CallbackRefusedError("state")
        if "error" in query or not _CODE.fullmatch(code):
            raise CallbackRefusedError("code")
        tokens = await self.hosted_ui.exchange(code, pending.verifier)
        return await self._session(tokens, pending)

    async def _session(self, tokens: TokenSet, pending: Pending) -> Finished:
        verdict, routed = await self.judge.verdict(tokens), self.judge.routed(tokens)
        if isinstance(verdict, Rejected) or routed is None or tokens.id is None:
            raise CallbackRefusedError("tokens")
        identity = await self.id_tokens.verify(as_bytes(tokens.id))
        if isinstance(identity, Rejected) or identity.claims.get("nonce") != pending.nonce:
            raise CallbackRefusedError("nonce")
        sub, now = str(verdict.claims["sub"]), self.clock()
        # A new id for each login: a session that somebody planted before it ends here.
        sid = secrets.token_urlsafe(24)
        kept = None
        if tokens.refresh is not None:
            kept = Kept(sid, tokens.refresh, sub, _username(verdict.claims), int(now))
        cookies = self.jar.write(Held(sid, routed), kept, now) + self.jar.clear("login")
        return Finished(pending.return_to, cookies, sub)


def _username(claims: Mapping[str, object]) -> str | None:
    name = claims.get("username", claims.get("cognito:username"))
    return name if isinstance(name, str) else None
