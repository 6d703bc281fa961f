"""/auth/*: login, callback, refresh, logout. Knows the framework, as only the local issuer does besides."""

import asyncio
import json
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ..gateway.http import GatewayResponse
from .answers import INVALID_TOKEN, NO_CREDENTIALS, answer, unavailable
from .claims.checks import Claims
from .cognito.errors import CognitoError, RefusedError, ReusedError
from .door import Tokens
from .failures import failure
from .observing import Audit
from .reasons import Reason, UnacceptableError
from .revocations import RevocationsUnavailableError
from .sessions.asking import AskedFor, asked_for
from .sessions.cookies import AmbiguousCookiesError, CookieJar
from .sessions.ending import Endings
from .sessions.judging import as_bytes
from .sessions.login import CallbackRefusedError, Logins
from .sessions.refreshing import Refresher
from .sessions.session import CookieSession, CookieSessions
from .tokens.credentials import bearer_token
from .verifier import Verdict, Verified

_LARGEST_BODY = 16 * 1024
SLOWEST_BODY = 10.0  # seconds
_JSON = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
_BAD_REQUEST = GatewayResponse(400, _JSON, b'{"message":"Bad Request"}')
_TOO_SLOW = GatewayResponse(408, _JSON, b'{"message":"Request Timeout"}')


@dataclass(frozen=True, slots=True)
class SessionMode:
    """What is there in session mode only."""

    jar: CookieJar
    logins: Logins
    sessions: CookieSessions


class _EndedError(Exception):
    """The request ends with this answer."""

    def __init__(self, response: GatewayResponse) -> None:
        super().__init__(response.status)
        self.response = response


class AuthRoutes:
    """The handlers of /auth/*; `routes` lists them for the shell."""

    def __init__(
        self, tokens: Tokens, refresher: Refresher, endings: Endings, mode: SessionMode | None, audit: Audit
    ) -> None:
        self._tokens, self._refresher, self._endings = tokens, refresher, endings
        self._mode, self._audit = mode, audit

    def routes(self) -> list[Route]:
        """Paths from the root of the site."""
        made = [
            Route("/auth/refresh", self._refresh, methods=["POST"]),
            Route("/auth/logout", self._logout, methods=["POST"]),
        ]
        if self._mode is not None:
            made.append(Route("/auth/login", self._login, methods=["GET"]))
            made.append(Route("/auth/callback", self._callback, methods=["GET"]))
        return made

    async def _login(self, request: Request) -> Response:
        assert self._mode is not None  # noqa: S101 - routed in session mode only
        begun = self._mode.logins.begin(request.query_params.get("return_to", "/"))
        return _redirect(begun.location, begun.set_cookie)

    async def _callback(self, request: Request) -> Response:
        assert self._mode is not None  # noqa: S101 - routed in session mode only
        try:
            cookie = self._mode.jar.read(request.scope["headers"]).get("login")
            finished = await self._mode.logins.finish(dict(request.query_params), cookie)
        except (AmbiguousCookiesError, CallbackRefusedError, RefusedError, ReusedError) as error:
            self._audit.record("callback_refused", why=str(error))
            return _response(INVALID_TOKEN, *self._mode.jar.clear("login"))
        except CognitoError as error:
            return _response(failure(error))
        self._audit.record("logged_in", sub=finished.sub)
        return _redirect(finished.location, *finished.set_cookies)

    async def _refresh(self, request: Request) -> Response:
        try:
            asked = await _asked_for(request)
            if asked.refresh_token is not None:
                return await self._refresh_for_bearer(request, asked)
            return await self._refresh_for_session(request)
        except _EndedError as ended:
            return _response(ended.response)

    async def _refresh_for_bearer(self, request: Request, asked: AskedFor) -> Response:
        """An access token may come along, expired or not: the new one must then be of the same person."""
        claims = await self._bearer_claims(request)
        subject = str(claims["sub"]) if claims is not None else None
        username = asked.username or (str(claims["username"]) if claims and "username" in claims else None)
        sent = asked.refresh_token or ""
        try:
            if not sent:
                raise RefusedError("no refresh token looks like this")
            refreshed = await self._refresher.refresh(sent, subject=subject, username=username)
        except CognitoError as error:
            return _response(failure(error))
        tokens = refreshed.tokens
        self._audit.record("refreshed", sub=str(refreshed.verified.claims["sub"]))
        body: dict[str, object] = {"access_token": tokens.access, "id_token": tokens.id}
        body |= {"expires_in": tokens.expires_in, "token_type": "Bearer"}
        if tokens.refresh is not None and tokens.refresh != sent:
            body["refresh_token"] = tokens.refresh
        return _json(body)

    async def _refresh_for_session(self, request: Request) -> Response:
        """Tokens stay in the cookies, out of a script's reach."""
        session = self._session(request)
        if self._mode is None or session is None or session.kept is None:
            raise _EndedError(NO_CREDENTIALS)
        try:
            refreshed, cookies = await self._mode.sessions.renew(session.kept)
        except (RefusedError, ReusedError) as error:
            return _response(failure(error), *self._mode.jar.clear())
        except CognitoError as error:
            return _response(failure(error))
        return _json({"expires_in": refreshed.tokens.expires_in}, *cookies)

    async def _logout(self, request: Request) -> Response:
        try:
            asked = await _asked_for(request)
            session = self._session(request)
            if session is not None and self._mode is not None:
                return await self._end_session(session, self._mode)
            claims = await self._bearer_claims(request)
            if claims is None and not asked.refresh_token:
                raise _EndedError(NO_CREDENTIALS)
            await self._end(claims, asked.refresh_token or None)
        except _EndedError as ended:
            return _response(ended.response)
        return _json({"message": "Logged out"})

    async def _end_session(self, session: CookieSession, mode: SessionMode) -> Response:
        claims = None
        if session.held is not None:
            claims = _claims(await self._tokens.verdict(as_bytes(session.held.token)))
        await self._end(claims, session.kept.refresh if session.kept is not None else None)
        return _json({"message": "Logged out", "logout_url": mode.logins.hosted_ui.logout_url()}, *mode.jar.clear())

    async def _end(self, claims: Claims | None, refresh_token: str | None) -> None:
        try:
            await self._endings.end(claims, refresh_token)
        except RevocationsUnavailableError:
            raise _EndedError(unavailable()) from None
        except CognitoError as error:
            raise _EndedError(failure(error)) from error

    def _session(self, request: Request) -> CookieSession | None:
        """The session of a request without an Authorization header."""
        headers = request.scope["headers"]
        if self._mode is None or "authorization" in request.headers:
            return None
        session = self._mode.sessions.open(headers)
        if isinstance(session, Reason):
            raise _EndedError(answer(session))
        if session is not None and not self._mode.jar.allows(session.sid, headers, request.method):
            self._audit.record("csrf_refused", method=request.method)
            raise _EndedError(answer(Reason.CSRF))
        return session

    async def _bearer_claims(self, request: Request) -> Claims | None:
        """Claims of the token in the header, its time over or not; None without a header."""
        if "authorization" not in request.headers:
            return None
        try:
            verdict = await self._tokens.verdict(bearer_token(request.scope["headers"]))
        except UnacceptableError as refusal:
            raise _EndedError(answer(refusal.reason)) from None
        claims = _claims(verdict)
        if claims is None and not isinstance(verdict, Verified):
            raise _EndedError(answer(verdict.reason))
        return claims


def _claims(verdict: Verdict) -> Claims | None:
    return verdict.claims


async def _asked_for(request: Request) -> AskedFor:
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            return asked_for(await _body(request))
    except TimeoutError:
        raise _EndedError(_TOO_SLOW) from None
    except (ValueError, ClientDisconnect):
        raise _EndedError(_BAD_REQUEST) from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_BODY:
            raise _EndedError(_BAD_REQUEST)
    return bytes(body)


def _response(answer: GatewayResponse, *set_cookies: bytes) -> Response:
    response = Response(answer.body, answer.status)
    response.raw_headers = [*response.raw_headers, *answer.headers, *_lines(set_cookies)]
    return response


def _json(body: dict[str, object], *set_cookies: bytes) -> Response:
    return _response(GatewayResponse(200, _JSON, json.dumps(body).encode()), *set_cookies)


def _redirect(location: str, *set_cookies: bytes) -> Response:
    headers = ((b"location", location.encode("ascii")), (b"cache-control", b"no-store"))
    return _response(GatewayResponse(302, headers, b""), *set_cookies)


def _lines(set_cookies: tuple[bytes, ...]) -> list[tuple[bytes, bytes]]:
    return [(b"set-cookie", value) for value in set_cookies]
