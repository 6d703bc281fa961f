"""The local issuer's login page and token endpoint: authorization code with PKCE S256, and refresh."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from urllib.parse import urlencode

from ...auth.cognito import challenge
from .grants import RefusedTokenError
from .minting import Login
from .operations import Operations

_CODE_SECONDS = 300
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class OAuthError(Exception):
    """An error by its name in RFC 6749; `redirect` tells whether the client may be told at its redirect URI."""

    def __init__(self, name: str, *, redirect: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self.redirect = redirect


@dataclass(frozen=True, slots=True)
class Request:
    """An authorization request that was found in order."""

    redirect_uri: str
    state: str
    scope: str
    nonce: str | None
    challenge: str


@dataclass(frozen=True, slots=True)
class _Code:
    login: Login
    request: Request
    expires_at: float


@dataclass(frozen=True, slots=True)
class OAuth:
    """`redirect_uris` are those registered for the one client."""

    operations: Operations
    redirect_uris: frozenset[str]
    _codes: dict[str, _Code] = field(default_factory=dict)

    def check(self, query: Mapping[str, str]) -> Request:
        """The request of /oauth2/authorize; raises `OAuthError`."""
        if query.get("client_id") != self.operations.client.client_id:
            raise OAuthError("invalid_client")
        redirect_uri = query.get("redirect_uri", "")
        if redirect_uri not in self.redirect_uris:
            raise OAuthError("redirect_mismatch")
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", redirect=True)
        if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(query.get("code_challenge", "")):
            raise OAuthError("invalid_request", redirect=True)
        scope, nonce = query.get("scope") or "openid", query.get("nonce")
        return Request(redirect_uri, query.get("state", ""), scope, nonce, query["code_challenge"])

    def log_in(self, request: Request, name: str, password: str) -> str | None:
        """Where to send the browser with its code; None for a wrong name or password."""
        account = self.operations.accounts.log_in(name, password)
        if account is None:
            return None
        mint = self.operations.mint
        now = mint.clock()
        for code in [code for code, kept in self._codes.items() if now >= kept.expires_at]:
            del self._codes[code]
        code = secrets.token_urlsafe(24)
        login = mint.begin(account, request.scope, request.nonce)
        self._codes[code] = _Code(login, request, now + _CODE_SECONDS)
        return f"{request.redirect_uri}?{urlencode({'code': code, 'state': request.state})}"

    def token(self, form: Mapping[str, str], secret: str) -> dict[str, object]:
        """The answer of /oauth2/token; raises `OAuthError`."""
        client = self.operations.client
        if form.get("client_id") != client.client_id or not compare_digest(
            secret.encode(), (client.secret or "").encode()
        ):
            raise OAuthError("invalid_client")
        match form.get("grant_type"):
            case "authorization_code":
                login = self._redeem(form)
                return self._answer(login, self.operations.grants.issue(login))
            case "refresh_token":
                return self._refresh(form.get("refresh_token", ""))
            case _:
                raise OAuthError("unsupported_grant_type")

    def _redeem(self, form: Mapping[str, str]) -> Login:
        """The login behind a code; a code is used up by the first attempt, right or wrong."""
        code, verifier = self._codes.pop(form.get("code", ""), None), form.get("code_verifier", "")
        if code is None or self.operations.mint.clock() >= code.expires_at:
            raise OAuthError("invalid_grant")
        if form.get("redirect_uri") != code.request.redirect_uri or not _VERIFIER.fullmatch(verifier):
            raise OAuthError("invalid_grant")
        if not compare_digest(challenge(verifier), code.request.challenge):
            raise OAuthError("invalid_grant")
        return code.login

    def _refresh(self, token: str) -> dict[str, object]:
        try:
            return self._answer(*self.operations.grants.use(token))
        except RefusedTokenError as error:
            raise OAuthError("invalid_grant") from error

    def _answer(self, login: Login, refresh: str | None) -> dict[str, object]:
        mint = self.operations.mint
        answer: dict[str, object] = {"access_token": mint.access(login), "id_token": mint.id(login)}
        rest: dict[str, object] = {"token_type": "Bearer", "expires_in": mint.seconds}
        return answer | rest | ({"refresh_token": refresh} if refresh else {})
