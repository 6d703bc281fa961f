"""/auth/*: login, callback, refresh, logout. Beside the local issuer the only module that imports the framework."""

import asyncio
import html
import json
import re
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ...gateway.answers import INTERNAL_SERVER_ERROR
from ...gateway.http import GatewayResponse, HeaderLine, whole_body
from ...observability import audit
from ...observability.logging import EventLog
from ..authenticator import refused
from ..claims import Claims
from ..cognito import CognitoError, MisconfiguredError, RefusedError, ThrottledError
from ..responses import UNDECIDED, AnswerError, Reason, RejectedError, StoreUnavailableError, unavailable
from ..token import bearer_token, parse_object
from ..verifier import Verifier
from .cookies import login_name
from .fair_queue import client_of
from .logout import Logout
from .refresh import Caller, Refresher, as_bytes
from .session import CookieSession, SessionMode, caller_of

SLOWEST_BODY = 10.0  # seconds
_LARGEST_BODY = 16 * 1024
_BODY_DEPTH = 4
_REFRESH_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,8192}")
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,128}")
_THROTTLED_SECONDS = b"10"
_JSON = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
_HTML = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
_BAD_REQUEST = GatewayResponse(400, _JSON, b'{"message":"Bad Request"}')
_TOO_SLOW = GatewayResponse(408, _JSON, b'{"message":"Request Timeout"}')
_LOG = EventLog("auth")

type _Endpoint = Callable[[Request], Awaitable[Response]]


def failure(error: Exception) -> GatewayResponse:
    """The response for what an endpoint raises: one 401 whatever was refused; 503 for what passes by itself; 502 for
    settings that must be corrected."""
    match error:
        case AnswerError():
            return error.response
        case RefusedError():
            return RejectedError(Reason.REFRESH_REFUSED).response
        case ThrottledError():
            return unavailable(_THROTTLED_SECONDS)
        case MisconfiguredError():
            _LOG.error("cognito_misconfigured", why=str(error))
            return INTERNAL_SERVER_ERROR
        case _:
            return unavailable()


class AuthRoutes:
    """`mode` is None where there are no sessions."""

    def __init__(self, verifier: Verifier, refresher: Refresher, logout: Logout, mode: SessionMode | None) -> None:
        self._verifier, self._refresher, self._logouts, self._mode = verifier, refresher, logout, mode

    def routes(self) -> list[Route]:
        made = [
            Route("/auth/refresh", _answered(self._refresh), methods=["POST"]),
            Route("/auth/logout", _answered(self._logout), methods=["POST"]),
        ]
        if self._mode is not None:
            made.append(Route("/auth/login", partial(_login, self._mode), methods=["GET"]))
            made.append(Route("/auth/callback", partial(_callback, self._mode), methods=["GET"]))
        return made

    async def _refresh(self, request: Request) -> Response:
        refresh_token, username = await _token_request(request)
        if refresh_token is not None:
            return await self._refresh_for_bearer(request, refresh_token, username)
        session = self._session(request)
        if self._mode is None or session is None or session.refresh is None:
            raise RejectedError(Reason.NO_CREDENTIALS)
        # Tokens stay in the cookies, out of a script's reach.
        granted, cookies = await self._mode.refresh(session.refresh, _address(request))
        return _json({"expires_in": granted.tokens.expires_in}, *cookies)

    async def _refresh_for_bearer(self, request: Request, sent: str, username: str | None) -> Response:
        """With an access token in the header, expired or not, the new one must be of the same user."""
        caller = _caller(request, await self._bearer_claims(request), username)
        if not sent:
            raise RefusedError("no refresh token looks like this")
        granted = await self._refresher.refresh(sent, caller)
        tokens = granted.tokens
        audit.record("refreshed", client=caller.address, sub=granted.sub)
        body: dict[str, object] = {"access_token": tokens.access, "id_token": tokens.id}
        body |= {"expires_in": tokens.expires_in, "token_type": "Bearer"}
        if tokens.refresh is not None and tokens.refresh != sent:
            body["refresh_token"] = tokens.refresh
        return _json(body)

    async def _logout(self, request: Request) -> Response:
        refresh_token, username = await _token_request(request)
        session = self._session(request)
        if session is not None and self._mode is not None:
            await self._end_session(session, _address(request))
            body: dict[str, object] = {"message": "Logged out", "logout_url": self._mode.hosted_ui.logout_url()}
            return _json(body, *self._mode.jar.clear_session())
        claims = await self._bearer_claims(request)
        if claims is None and not refresh_token:
            raise RejectedError(Reason.NO_CREDENTIALS)
        await self._logouts.end(claims, refresh_token or None, _caller(request, claims, username))
        return _json({"message": "Logged out"})

    async def _end_session(self, session: CookieSession, address: str) -> None:
        claims, refresh = None, session.refresh
        try:
            claims = None if session.token is None else await self._claims(as_bytes(session.token.token))
        except RejectedError as rejected:
            if rejected.reason in UNDECIDED:
                raise
        caller = caller_of(refresh, address) if refresh is not None else Caller(client_of(address), address)
        await self._logouts.end(claims, refresh.refresh if refresh is not None else None, caller)

    def _session(self, request: Request) -> CookieSession | None:
        """The session of a request without an Authorization header."""
        if self._mode is None or "authorization" in request.headers:
            return None
        return self._mode.session(request.scope["headers"], request.method)

    async def _bearer_claims(self, request: Request) -> Claims | None:
        """Claims of the token in the header, expired or not; None without a header."""
        if "authorization" not in request.headers:
            return None
        return await self._claims(bearer_token(request.scope["headers"]))

    async def _claims(self, token: bytes) -> Claims:
        try:
            return (await self._verifier.verify(token)).claims
        except RejectedError as rejected:
            if rejected.claims is None:
                raise
            return rejected.claims


async def _login(mode: SessionMode, request: Request) -> Response:
    try:
        cookies = mode.jar.read(request.scope["headers"])
    except RejectedError:  # planted ones are no reason to be locked out
        cookies = {}
    location, lines = mode.begin(request.query_params.get("return_to", "/"), cookies)
    return _redirect(location, *lines)


async def _callback(mode: SessionMode, request: Request) -> Response:
    address, query = _address(request), dict(request.query_params)
    try:
        finished = await mode.finish(query, request.scope["headers"], client_of(address))
    except (RejectedError, RefusedError) as error:
        audit.record("callback_refused", client=address, why=str(error))
        if isinstance(error, RejectedError) and error.reason is Reason.COOKIE_TOO_LARGE:
            return _page(403, "This account is in too many groups for a session in a browser.")
        gone = mode.jar.clear(login_name(query.get("state", "")))
        return _page(401, "This login was not completed, or it took too long.", *gone)
    except CognitoError as error:
        answer = failure(error)
        kept = tuple(line for line in answer.headers if line[0] == b"retry-after")
        return _page(answer.status, "The login service does not answer as it should.", *kept)
    event = "login_cancelled" if finished.sub is None else "logged_in"
    audit.record(event, client=address, sub=finished.sub or "")
    return _redirect(finished.location, *finished.set_cookies)


def _answered(endpoint: _Endpoint) -> _Endpoint:
    """The endpoint, with a response for what it raises."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RejectedError as rejected:
            return _response(refused(rejected, _address(request)).response)
        except (AnswerError, CognitoError, StoreUnavailableError) as error:
            return _response(failure(error))

    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""


def _caller(request: Request, claims: Claims | None, username: str | None) -> Caller:
    """A client with a token, expired or not, has a share of the queue of its own; any other shares its address's."""
    address = _address(request)
    if claims is None:
        # A proxy's header tells no port: its connections say nothing of the client.
        connection = f"{address}:{request.client.port}" if request.client and request.client.port else ""
        return Caller(client_of(address), address, None, username, connection)
    subject, own = str(claims["sub"]), claims.get("username")
    return Caller(f"sub:{subject}", address, subject, username or (own if isinstance(own, str) else None))


async def _token_request(request: Request) -> tuple[str | None, str | None]:
    """The refresh token of a body (empty for what cannot be one) and the user name; only a strict JSON object, or an
    empty body, is taken."""
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            body = await whole_body(request.stream(), _LARGEST_BODY)
        fields = parse_object(body, depth=_BODY_DEPTH) if body.strip() else {}
    except TimeoutError:
        raise AnswerError(_TOO_SLOW) from None
    except (ValueError, ClientDisconnect):
        raise AnswerError(_BAD_REQUEST) from None
    token, name = fields.get("refresh_token"), fields.get("username")
    if token is not None and not (isinstance(token, str) and _REFRESH_TOKEN.fullmatch(token)):
        token = ""
    return token, name if isinstance(name, str) and _NAME.fullmatch(name) else None


def _response(answer: GatewayResponse, *more: HeaderLine) -> Response:
    response = Response(answer.body, answer.status)
    response.raw_headers = [*response.raw_headers, *answer.headers, *more]
    return response


def _json(body: dict[str, object], *more: HeaderLine) -> Response:
    return _response(GatewayResponse(200, _JSON, json.dumps(body).encode()), *more)


def _page(status: int, sentence: str, *more: HeaderLine) -> Response:
    text = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Login</title>"
        f"<p>{html.escape(sentence)}</p><p><a href=/auth/login>Log in again</a></p></html>"
    )
    return _response(GatewayResponse(status, _HTML, text.encode()), *more)


def _redirect(location: str, *more: HeaderLine) -> Response:
    headers = ((b"location", location.encode("ascii")), (b"cache-control", b"no-store"))
    return _response(GatewayResponse(302, headers, b""), *more)
