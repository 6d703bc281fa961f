"""The local issuer as an ASGI app: what development and the tests use in Cognito's place. Never in production.

It has the operations of Cognito's JSON API that a client of this library uses, a login page and a token endpoint
(authorization code with PKCE S256, and refresh).
"""

import base64
import html
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlencode

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ...auth.claims import Clock
from ...auth.cognito import ClientCredentials, challenge
from ...auth.jwks import ALGORITHM
from ...auth.token import parse_object
from ...gateway.http import whole_body
from ...project import Person
from .grants import LOCAL_PASSWORD, Grants, IssuerError, Login, Mint, account_of, login_words
from .keys import KeyRing

_LARGEST_BODY = 16 * 1024
_TARGET = "AWSCognitoIdentityProviderService."
_CODE_SECONDS = 300
_LOGIN_PAGE = Path(__file__).with_name("login.html")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_NO_STORE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
_PAGE_HEADERS = _NO_STORE | {
    "content-security-policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
}


@dataclass(frozen=True, slots=True)
class _Code:
    """What a code of the login page gives to the client that shows it in time."""

    login: Login
    redirect_uri: str
    challenge: str
    expires_at: float


class LocalIssuer:
    """An issuer with one client; `app` serves it at its root.

    `url` is the `iss` of its tokens, `redirect_uris` are registered for the client. `grants_file` keeps logins, None
    keeps them in memory only; `grace` is how long a refresh token counts beside the one that replaced it. Times are
    seconds. `requests_per_second` is for the JSON API and the token endpoint together.
    """

    def __init__(
        self,
        url: str,
        credentials: ClientCredentials,
        redirect_uris: frozenset[str],
        key_folder: Path,
        grants_file: Path | None,
        *,
        clock: Clock,
        production: bool,
        people: Sequence[Person] = (),
        grace: float = 10.0,
        requests_per_second: float = 100.0,
    ) -> None:
        if production:
            # Its known password would open real accounts.
            raise RuntimeError("ENVIRONMENT=production: the local issuer does not start")
        self.client, self._url, self._redirect_uris, self._people = credentials, url, redirect_uris, people
        self._keys, self._clock = KeyRing(key_folder), clock
        self._mint = Mint(url, credentials.client_id, self._keys, clock)
        self._grants = Grants(grants_file, clock=clock, grace=grace)
        self._codes: dict[str, _Code] = {}
        self._most, self._taken = requests_per_second, (0, 0)
        self._operations = {
            "InitiateAuth": self.initiate_auth,
            "GetTokensFromRefreshToken": self._get_tokens_from_refresh_token,
            "RevokeToken": self._revoke_token,
        }
        self.app = Starlette(
            routes=[
                Route("/.well-known/jwks.json", self._jwks),
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/", self._api, methods=["POST"]),
                Route("/oauth2/authorize", self._authorize, methods=["GET", "POST"]),
                Route("/oauth2/token", self._token, methods=["POST"]),
                Route("/logout", self._logout, methods=["GET"]),
            ]
        )

    async def _jwks(self, request: Request) -> Response:
        return JSONResponse(self._keys.published())

    async def _configuration(self, request: Request) -> Response:
        """What OpenID Connect clients of a front end begin with (OpenID Connect Discovery §3)."""
        return JSONResponse(
            {
                "issuer": self._url,
                "jwks_uri": f"{self._url}/.well-known/jwks.json",
                "authorization_endpoint": f"{self._url}/oauth2/authorize",
                "token_endpoint": f"{self._url}/oauth2/token",
                "end_session_endpoint": f"{self._url}/logout",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "subject_types_supported": ["public"],
            }
        )

    def _throttled(self) -> bool:
        """Cognito's request quota, in small: so many a second."""
        second, number = self._taken
        now = int(self._clock())
        self._taken = (now, number + 1 if now == second else 1)
        return self._taken[1] > self._most

    # Cognito's JSON API: every operation takes and gives the objects of the API reference, and raises `IssuerError`.

    async def _api(self, request: Request) -> Response:
        operation = self._operations.get(request.headers.get("x-amz-target", "").removeprefix(_TARGET))
        try:
            if self._throttled():
                raise IssuerError("TooManyRequestsException", "Too many requests")
            if operation is None:
                raise IssuerError("UnknownOperationException", "Unknown operation")
            parameters = parse_object(await whole_body(request.stream(), _LARGEST_BODY), depth=4)
            if parameters.get("ClientId") != self.client.client_id:
                raise IssuerError("ResourceNotFoundException", "User pool client does not exist.")
            return _aws(operation(parameters), 200)
        except IssuerError as error:
            return _aws({"__type": error.name, "message": str(error)}, 400)
        except ValueError:
            return _aws({"__type": "SerializationException"}, 400)

    def initiate_auth(self, parameters: Mapping[str, object]) -> dict[str, object]:
        if parameters.get("AuthFlow") != "USER_PASSWORD_AUTH":
            raise IssuerError("InvalidParameterException", "The flow is not enabled for this client.")
        values = parameters.get("AuthParameters")
        texts = {key: str(value) for key, value in values.items()} if isinstance(values, dict) else {}
        account = self._account(texts.get("USERNAME", ""), texts.get("PASSWORD", ""))
        if account is None:
            raise IssuerError("NotAuthorizedException", "Incorrect username or password.")
        login = self._mint.begin(account)
        return self._result(login, self._grants.issue(login))

    def _get_tokens_from_refresh_token(self, parameters: Mapping[str, object]) -> dict[str, object]:
        self._check_secret(parameters)
        return self._result(*self._grants.use(str(parameters.get("RefreshToken", ""))))

    def _revoke_token(self, parameters: Mapping[str, object]) -> dict[str, object]:
        self._check_secret(parameters)
        self._grants.revoke(str(parameters.get("Token", "")))
        return {}

    def _result(self, login: Login, refresh: str) -> dict[str, object]:
        result = {
            "AccessToken": self._mint.access(login),
            "IdToken": self._mint.id(login),
            "RefreshToken": refresh,
            "ExpiresIn": self._mint.seconds,
            "TokenType": "Bearer",
        }
        return {"AuthenticationResult": result, "ChallengeParameters": {}}

    def _account(self, name: str, password: str) -> Person | None:
        return account_of(self._people, name) if _equal(LOCAL_PASSWORD, password) else None

    def _check_secret(self, parameters: Mapping[str, object]) -> None:
        if not _equal(self.client.secret, str(parameters.get("ClientSecret", ""))):
            raise IssuerError("NotAuthorizedException", "Unable to verify the client secret.")

    # The login page and the token endpoint.

    async def _authorize(self, request: Request) -> Response:
        query = request.query_params
        if query.get("client_id") != self.client.client_id or query.get("redirect_uri") not in self._redirect_uris:
            return HTMLResponse("<p>invalid client_id or redirect_uri</p>", 400, _PAGE_HEADERS)
        if query.get("response_type") != "code":
            return _to_client(query, error="unsupported_response_type")
        if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(query.get("code_challenge", "")):
            return _to_client(query, error="invalid_request")
        if request.method != "POST":
            return self._login_page()
        form = await _form(request)
        account = self._account(form.get("username", ""), form.get("password", ""))
        if account is None:
            return self._login_page(refused=form.get("username", ""))
        now, code = self._clock(), secrets.token_urlsafe(24)
        self._codes = {code: kept for code, kept in self._codes.items() if now < kept.expires_at}
        login = self._mint.begin(account, query.get("scope") or "openid", query.get("nonce"))
        self._codes[code] = _Code(login, query["redirect_uri"], query["code_challenge"], now + _CODE_SECONDS)
        return _to_client(query, code=code)

    def _login_page(self, refused: str | None = None) -> Response:
        """Posts to its own address, so that the query of the authorization request stays with it. `refused` is the
        user name of a login that failed."""
        failed = refused is not None
        page = Template(_LOGIN_PAGE.read_text(encoding="utf-8")).substitute(
            note="<p role=alert>Incorrect username or password.</p>" if failed else "",
            username=html.escape(refused or ""),
            people=html.escape(login_words(self._people).replace("`", "")),
            first="" if failed else "autofocus",
            again="autofocus" if failed else "",
        )
        return HTMLResponse(page, 401 if failed else 200, _PAGE_HEADERS)

    async def _token(self, request: Request) -> Response:
        if self._throttled():
            return JSONResponse({"error": "too_many_requests"}, 429)
        form = await _form(request)
        client_id, secret = _client_of(request.headers.get("authorization", ""), form)
        if client_id != self.client.client_id or not _equal(self.client.secret, secret):
            return JSONResponse({"error": "invalid_client"}, 400, _NO_STORE)
        if form.get("grant_type") not in ("authorization_code", "refresh_token"):
            return JSONResponse({"error": "unsupported_grant_type"}, 400, _NO_STORE)
        granted = self._granted(form)
        if granted is None:
            return JSONResponse({"error": "invalid_grant"}, 400, _NO_STORE)
        login, refresh = granted
        answer = {
            "access_token": self._mint.access(login),
            "id_token": self._mint.id(login),
            "refresh_token": refresh,
            "token_type": "Bearer",
            "expires_in": self._mint.seconds,
        }
        return JSONResponse(answer, headers=_NO_STORE)

    def _granted(self, form: Mapping[str, str]) -> tuple[Login, str] | None:
        """The login behind a code or a refresh token, and its new refresh token."""
        if form.get("grant_type") == "refresh_token":
            try:
                return self._grants.use(form.get("refresh_token", ""))
            except IssuerError:
                return None
        login = self._redeem(form)
        return None if login is None else (login, self._grants.issue(login))

    def _redeem(self, form: Mapping[str, str]) -> Login | None:
        """The login behind a code; a code is used up by the first attempt, right or wrong."""
        code, verifier = self._codes.pop(form.get("code", ""), None), form.get("code_verifier", "")
        if code is None or self._clock() >= code.expires_at or form.get("redirect_uri") != code.redirect_uri:
            return None
        proved = _VERIFIER.fullmatch(verifier) and compare_digest(challenge(verifier), code.challenge)
        return code.login if proved else None

    async def _logout(self, request: Request) -> Response:
        target = request.query_params.get("logout_uri", "")
        if target in {str(httpx.URL(uri).join("/")) for uri in self._redirect_uris}:
            return RedirectResponse(target, 302)
        return HTMLResponse("<p>Logged out.</p>", headers=_PAGE_HEADERS)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; none where it cannot be read."""
    try:
        body = await whole_body(request.stream(), _LARGEST_BODY)
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}


def _client_of(authorization: str, form: dict[str, str]) -> tuple[str, str]:
    """Client id and secret, from the Authorization header or from the form."""
    if not authorization.startswith("Basic "):
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(authorization[6:], validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return client_id, secret


def _aws(document: dict[str, object], status: int) -> Response:
    return JSONResponse(document, status, _NO_STORE, media_type="application/x-amz-json-1.1")


def _equal(expected: str | None, sent: str) -> bool:
    return compare_digest((expected or "").encode(), sent.encode())


def _to_client(query: Mapping[str, str], **told: str) -> Response:
    """Back to the redirect URI of an authorization request, which was found to be the client's."""
    return RedirectResponse(
        f"{query['redirect_uri']}?{urlencode({**told, 'state': query.get('state', '')})}", 302, _NO_STORE
    )
