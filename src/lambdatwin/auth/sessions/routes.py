"""/auth/*: login, callback, refresh, logout. Beside the local issuer the only module that imports the framework."""

import asyncio
import json
import re
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ...gateway.answers import INTERNAL_SERVER_ERROR
from ...gateway.http import GatewayResponse
from ...observability.audit import Audit
from ...observability.logging import EventLog
from ..authenticator import Tokens
from ..claims import Claims
from ..cognito import (
    CognitoError,
    MisconfiguredError,
    RefusedError,
    ReusedError,
    ThrottledError,
)
from ..responses import INVALID_TOKEN, NO_CREDENTIALS, Reason, UnacceptableError, response_for, unavailable
from ..revocations import RevocationsUnavailableError
from ..token import bearer_token, parse_object
from ..verifier import Verdict, Verified
from .cookies import AmbiguousCookiesError, CookieJar
from .login import CallbackRefusedError, Logins
from .logout import Endings
from .refresh import Refresher, as_bytes
from .session import CookieSession, CookieSessions

_REFRESH_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,8192}")
_DEPTH = 4
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,128}")


@dataclass(frozen=True, slots=True, repr=False)
class AskedFor:
    """`refresh_token` is None where none was sent, and empty where it cannot be one."""

    refresh_token: str | None
    username: str | None


def asked_for(body: bytes) -> AskedFor:
    """What a body asks for, nothing for an empty one; raises ValueError for anything but a strict JSON object."""
    fields = parse_object(body, depth=_DEPTH) if body.strip() else {}
    token, name = fields.get("refresh_token"), fields.get("username")
    if token is not None and not (isinstance(token, str) and _REFRESH_TOKEN.fullmatch(token)):
        token = ""
    return AskedFor(token, name if isinstance(name, str) and _NAME.fullmatch(name) else None)


_LOG = EventLog("auth")
_THROTTLED_SECONDS = b"10"


def failure(error: CognitoError) -> GatewayResponse:
    """One 401 whatever was refused; 503 for what passes by itself; 502 for what somebody must mend."""
    match error:
        case RefusedError() | ReusedError():
            return response_for(Reason.REFRESH_REFUSED)
        case ThrottledError():
            return unavailable(_THROTTLED_SECONDS)
        case MisconfiguredError():
            _LOG.error("cognito_misconfigured", why=str(error))
            return INTERNAL_SERVER_ERROR
        case _:
            return unavailable()


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
            raise _EndedError(response_for(session))
        if session is not None and not self._mode.jar.allows(session.sid, headers, request.method):
            self._audit.record("csrf_refused", method=request.method)
            raise _EndedError(response_for(Reason.CSRF))
        return session

    async def _bearer_claims(self, request: Request) -> Claims | None:
        """Claims of the token in the header, its time over or not; None without a header."""
        if "authorization" not in request.headers:
            return None
        try:
            verdict = await self._tokens.verdict(bearer_token(request.scope["headers"]))
        except UnacceptableError as refusal:
            raise _EndedError(response_for(refusal.reason)) from None
        claims = _claims(verdict)
        if claims is None and not isinstance(verdict, Verified):
            raise _EndedError(response_for(verdict.reason))
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
