"""The local issuer as an ASGI app: what development and the tests use in Cognito's place. Never in production."""

import base64
import html
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ...auth.claims import Clock
from ...auth.cognito import ClientCredentials
from ...auth.token import parse_object
from ...gateway.http import whole_body
from .accounts import Accounts, login_words
from .grants import Grants, Rotation
from .keys import KeyRing
from .minting import Mint
from .oauth import OAuth, OAuthError
from .operations import Operations, ServiceError

_LARGEST_BODY = 16 * 1024
_TARGET = "AWSCognitoIdentityProviderService."
_STYLE = """
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:#1f2933;background:#eef1f5;margin:0;min-height:100vh;display:grid}
main{place-self:center;width:min(24em,92vw);background:#fff;padding:2em;border-radius:12px;box-shadow:0 4px 24px #0002}
h1{font-size:1.4em;margin:0 0 .8em}
label{display:block;font-weight:600;margin-bottom:1em}
input,button{font:inherit;width:100%;padding:.55em .7em;border-radius:6px;border:1px solid #9aa5b1}
input{font-weight:400}
button{border:0;background:#1f6feb;color:#fff;font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid #1f6feb66}
[role=alert]{background:#fdecea;color:#8a1c12;padding:.5em .8em;border-radius:6px;margin:0 0 1em}
small{display:block;margin-top:1em;color:#52606d}
"""
_FOCUS = ("", "autofocus")
_NO_STORE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
_PAGE_HEADERS = _NO_STORE | {
    "content-security-policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
}


class LocalIssuerInProductionError(RuntimeError):
    """The local issuer was started in production, where its known password would open real accounts."""


@dataclass(frozen=True, slots=True)
class LocalIssuerOptions:
    """`url` is the `iss` of its tokens; `folder` keeps keys and logins, None keeps logins in memory only.
    `requests_per_second` is for the JSON API and the token endpoint together."""

    url: str
    credentials: ClientCredentials
    redirect_uris: frozenset[str]
    key_folder: Path
    grants_file: Path | None
    rotation: Rotation = field(default_factory=Rotation)
    accounts: Accounts = field(default_factory=Accounts)
    seconds: int = 3600
    requests_per_second: float = 100.0


class LocalIssuer:
    """Builds the routes; `app` serves them at its root, `oauth` and `keys` are there for tests and commands."""

    def __init__(self, options: LocalIssuerOptions, *, clock: Clock, production: bool) -> None:
        if production:
            raise LocalIssuerInProductionError("ENVIRONMENT=production: the local issuer does not start")
        self.keys = KeyRing(options.key_folder)
        self.mint = Mint(options.url, options.credentials.client_id, self.keys, clock, options.seconds)
        grants = Grants(options.grants_file, clock=clock, rotation=options.rotation)
        self.operations = Operations(self.mint, options.accounts, grants, options.credentials)
        self.oauth = OAuth(self.operations, options.redirect_uris)
        self._throttle = Throttle(options.requests_per_second, clock=clock)
        self._url = options.url
        self.app = Starlette(routes=self._routes())

    def _routes(self) -> list[Route]:
        return [
            Route("/.well-known/jwks.json", self._jwks),
            Route("/.well-known/openid-configuration", self._configuration),
            Route("/", self._api, methods=["POST"]),
            Route("/oauth2/authorize", self._page, methods=["GET"]),
            Route("/oauth2/authorize", self._log_in, methods=["POST"]),
            Route("/oauth2/token", self._token, methods=["POST"]),
            Route("/logout", self._logout, methods=["GET"]),
        ]

    async def _jwks(self, request: Request) -> Response:
        return JSONResponse(self.keys.published())

    async def _configuration(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self._url,
                "jwks_uri": f"{self._url}/.well-known/jwks.json",
                "authorization_endpoint": f"{self._url}/oauth2/authorize",
                "token_endpoint": f"{self._url}/oauth2/token",
                "end_session_endpoint": f"{self._url}/logout",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "subject_types_supported": ["public"],
            }
        )

    async def _api(self, request: Request) -> Response:
        name = request.headers.get("x-amz-target", "").removeprefix(_TARGET)
        operation = self.operations.table().get(name)
        try:
            if not self._throttle.take():
                raise ServiceError("TooManyRequestsException", "Too many requests")
            if operation is None:
                raise ServiceError("UnknownOperationException", "Unknown operation")
            answer = operation(parse_object(await whole_body(request.stream(), _LARGEST_BODY), depth=4))
        except ServiceError as error:
            return _aws({"__type": error.name, "message": error.message}, 400)
        except ValueError:
            return _aws({"__type": "SerializationException"}, 400)
        return _aws(answer, 200)

    async def _page(self, request: Request) -> Response:
        try:
            self.oauth.check(request.query_params)
        except OAuthError as error:
            return _oauth_failure(request, error)
        return self._login_page()

    async def _log_in(self, request: Request) -> Response:
        try:
            asked, form = self.oauth.check(request.query_params), await _form(request)
        except OAuthError as error:
            return _oauth_failure(request, error)
        name = form.get("username", "")
        target = self.oauth.log_in(asked, name, form.get("password", ""))
        if target is None:
            return self._login_page(refused=name)
        return RedirectResponse(target, 302, _NO_STORE)

    def _login_page(self, refused: str | None = None) -> Response:
        """Posts to its own address, so that the query of the authorization request stays with it. `refused` is the
        user name of a login that failed."""
        failed = refused is not None
        note = "<p role=alert>Incorrect username or password.</p>" if failed else ""
        who = html.escape(login_words(self.operations.accounts.people).replace("`", ""))
        page = (
            "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
            "<link rel=icon href='data:,'>"  # a browser asks for /favicon.ico otherwise
            f"<title>Local login</title><style>{_STYLE}</style><main><h1>Local login</h1>{note}<form method=post>"
            f"<label>Username <input name=username autocomplete=username required {_FOCUS[not failed]} "
            f'value="{html.escape(refused or "")}"></label>'
            "<label>Password <input name=password type=password autocomplete=current-password required "
            f"{_FOCUS[failed]}></label><button>Log in</button></form><small>{who}</small></main></html>"
        )
        return HTMLResponse(page, 401 if failed else 200, _PAGE_HEADERS)

    async def _token(self, request: Request) -> Response:
        try:
            if not self._throttle.take():
                return JSONResponse({"error": "too_many_requests"}, 429)
            form = await _form(request)
            client_id, secret = _client_of(request.headers.get("authorization", ""), form)
            answer = self.oauth.token(form | {"client_id": client_id}, secret)
        except OAuthError as error:
            return JSONResponse({"error": error.name}, 400, _NO_STORE)
        return JSONResponse(answer, headers=_NO_STORE)

    async def _logout(self, request: Request) -> Response:
        target = request.query_params.get("logout_uri", "")
        known = {str(httpx.URL(uri).join("/")) for uri in self.oauth.redirect_uris}
        return (
            RedirectResponse(target, 302)
            if target in known
            else HTMLResponse("<p>Logged out.</p>", headers=_PAGE_HEADERS)
        )


class Throttle:
    """Cognito's request quota, in small: a bucket that fills at `per_second`."""

    def __init__(self, per_second: float, *, clock: Clock) -> None:
        self._rate, self._clock = per_second, clock
        self._left, self._at = per_second, clock()

    def take(self) -> bool:
        """Whether one more request is within the quota."""
        now = self._clock()
        self._left = min(self._rate, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


async def _form(request: Request) -> dict[str, str]:
    try:
        body = await whole_body(request.stream(), _LARGEST_BODY)
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError as error:
        raise OAuthError("invalid_request") from error


def _client_of(authorization: str, form: dict[str, str]) -> tuple[str, str]:
    """Client id and secret, from the Authorization header or from the form."""
    if not authorization.startswith("Basic "):
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(authorization[6:], validate=True).decode().partition(":")
    except ValueError as error:
        raise OAuthError("invalid_client") from error
    return client_id, secret


def _aws(document: dict[str, object], status: int) -> Response:
    return JSONResponse(document, status, _NO_STORE, media_type="application/x-amz-json-1.1")


def _oauth_failure(request: Request, error: OAuthError) -> Response:
    if not error.redirect:
        return HTMLResponse(f"<p>{html.escape(error.name)}</p>", 400, _PAGE_HEADERS)
    query = urlencode({"error": error.name, "state": request.query_params.get("state", "")})
    return RedirectResponse(f"{request.query_params['redirect_uri']}?{query}", 302, _NO_STORE)
