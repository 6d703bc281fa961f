"""Cognito over plain HTTPS: token operations (unsigned, so no AWS SDK is needed), hosted login pages, and errors.

The hosted pages use the authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636).
"""

import asyncio
import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal
from urllib.parse import urlencode

import httpx

from ..gateway.http import TooLargeError, whole_body
from .token import base64url_encode, parse_object


class CognitoError(Exception):
    """Cognito gave no tokens. The text is for the log."""


class RefusedError(CognitoError):
    """Bad or revoked refresh token, unknown user: 401, always the same one."""


class ReusedError(RefusedError):
    """A refresh token that was rotated away came back, perhaps stolen: the session is dropped, too."""


class ThrottledError(CognitoError):
    """Too many requests: 503 with Retry-After."""


class UnreachableError(CognitoError):
    """No answer in time, or a 5xx: 503."""


class BusyError(CognitoError):
    """Too many calls run or wait in this process already: 503, and Cognito was not asked."""


class MisconfiguredError(CognitoError):
    """Wrong pool, client or flow: 502, and the settings must be corrected."""


# API_GetTokensFromRefreshToken, API_InitiateAuth and API_RevokeToken of the Cognito API reference, and the OAuth
# errors of its /oauth2/token.
TABLE: Final[dict[str, type[CognitoError]]] = {
    "NotAuthorizedException": RefusedError,
    "UserNotFoundException": RefusedError,
    "UserNotConfirmedException": RefusedError,
    "PasswordResetRequiredException": RefusedError,
    # A Lambda trigger of the pool refused the user.
    "UserLambdaValidationException": RefusedError,
    "invalid_grant": RefusedError,
    "RefreshTokenReuseException": ReusedError,
    "TooManyRequestsException": ThrottledError,
    "LimitExceededException": ThrottledError,
    "ThrottlingException": ThrottledError,
}


def cognito_error(name: str, status: int) -> CognitoError:
    """The error for a name; an unknown one is the server's fault from 500 on, and a misconfiguration below."""
    kind = TABLE.get(name)
    if kind is None:
        kind = ThrottledError if status == 429 else UnreachableError if status >= 500 else MisconfiguredError
    return kind(f"{status} {name[:_LONGEST_NAME]}")


type RefreshFlow = Literal["get_tokens", "initiate_auth"]

_SERVICE = "AWSCognitoIdentityProviderService"
_CONNECT_SECONDS = 1.5
_WHOLE_SECONDS = 3.0
_LARGEST_ANSWER = 64 * 1024
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, repr=False)
class TokenSet:
    """What an issuer gave; `refresh` only where it gave a new one. `expires_in` is seconds."""

    access: str
    id: str | None
    refresh: str | None
    expires_in: int


@dataclass(frozen=True, slots=True, repr=False)
class ClientCredentials:
    """The app client; `secret` is None for a public one."""

    client_id: str
    secret: str | None


class Cognito:
    """The token operations of one app client. Every method raises a `CognitoError`, and nothing else."""

    def __init__(
        self, client: httpx.AsyncClient, endpoint: str, credentials: ClientCredentials, flow: RefreshFlow
    ) -> None:
        self._client, self._endpoint, self._credentials, self._flow = client, endpoint, credentials, flow

    async def refresh(self, refresh_token: str, username: str | None) -> TokenSet:
        """New tokens. `username` is needed for the older flow with a client secret alone."""
        if self._flow == "get_tokens":
            answer = await self._call("GetTokensFromRefreshToken", self._identified({"RefreshToken": refresh_token}))
        else:
            answer = await self._call("InitiateAuth", self._initiate_auth(refresh_token, username))
        result = answer.get("AuthenticationResult")
        if not isinstance(result, dict):
            raise MisconfiguredError("a challenge in place of tokens")  # such as NEW_PASSWORD_REQUIRED
        return token_set(result, "AccessToken", "IdToken", "RefreshToken", "ExpiresIn")

    async def revoke(self, refresh_token: str) -> None:
        """Revoke the refresh token and every access token that came of it."""
        await self._call("RevokeToken", self._identified({"Token": refresh_token}))

    def _identified(self, parameters: dict[str, object]) -> dict[str, object]:
        secret = {} if self._credentials.secret is None else {"ClientSecret": self._credentials.secret}
        return parameters | {"ClientId": self._credentials.client_id} | secret

    def _initiate_auth(self, refresh_token: str, username: str | None) -> dict[str, object]:
        client_id, secret = self._credentials.client_id, self._credentials.secret
        parameters = {"REFRESH_TOKEN": refresh_token}
        if secret is not None:
            if username is None:
                raise RefusedError("SECRET_HASH cannot be made without a user name")
            digest = hmac.digest(secret.encode(), f"{username}{client_id}".encode(), "sha256")
            parameters["SECRET_HASH"] = base64.b64encode(digest).decode()
        return {"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": client_id, "AuthParameters": parameters}

    async def _call(self, operation: str, parameters: Mapping[str, object]) -> dict[str, object]:
        headers = {"x-amz-target": f"{_SERVICE}.{operation}", "content-type": "application/x-amz-json-1.1"}
        request = self._client.build_request("POST", self._endpoint, json=dict(parameters), headers=headers)
        status, document = await exchange(self._client, request)
        if status == 200:
            return document
        # `__type` may be prefixed by a namespace and `#`.
        raise cognito_error(str(document.get("__type", "")).rpartition("#")[2], status)


async def exchange(client: httpx.AsyncClient, request: httpx.Request) -> tuple[int, dict[str, object]]:
    """The status and the JSON object of an answer, in bounded time and size; raises a `CognitoError`."""
    request.extensions["timeout"] = httpx.Timeout(_WHOLE_SECONDS, connect=_CONNECT_SECONDS).as_dict()
    try:
        async with asyncio.timeout(_WHOLE_SECONDS):
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                body = await whole_body(response.aiter_bytes(), _LARGEST_ANSWER)
            finally:
                await response.aclose()
    except (httpx.HTTPError, OSError, TooLargeError) as error:  # TimeoutError is an OSError
        raise UnreachableError(f"{type(error).__name__}") from error
    try:
        return response.status_code, parse_object(body, depth=8) if body else {}
    except ValueError as error:
        kind = UnreachableError if response.status_code >= 500 else MisconfiguredError
        raise kind(f"{response.status_code} without JSON") from error


def token_set(result: Mapping[str, object], access: str, id_: str, refresh: str, expires_in: str) -> TokenSet:
    """The tokens under their names in an answer; raises `MisconfiguredError` for an unexpected response."""
    texts = (result.get(access), result.get(id_), result.get(refresh))
    seconds = result.get(expires_in)
    if not isinstance(texts[0], str) or type(seconds) is not int:
        raise MisconfiguredError("an answer without an access token")
    if not all(isinstance(text, str | None) for text in texts):
        raise MisconfiguredError("an answer with tokens that are no texts")
    return TokenSet(texts[0], _text(texts[1]), _text(texts[2]), seconds)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


SCOPE = "openid"


def challenge(verifier: str) -> str:
    """The S256 code challenge of a verifier."""
    return base64url_encode(sha256(verifier.encode("ascii")).digest()).decode("ascii")


@dataclass(frozen=True, slots=True)
class HostedUi:
    """`base_url` is the domain of the pool with its scheme; `redirect_uri` must be registered for the client."""

    client: httpx.AsyncClient
    base_url: str
    credentials: ClientCredentials
    redirect_uri: str

    def authorize_url(self, *, state: str, nonce: str, verifier: str) -> str:
        query = {
            "response_type": "code",
            "client_id": self.credentials.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.base_url}/oauth2/authorize?{urlencode(query)}"

    def logout_url(self) -> str:
        origin = httpx.URL(self.redirect_uri).join("/")
        return (
            f"{self.base_url}/logout?{urlencode({'client_id': self.credentials.client_id, 'logout_uri': str(origin)})}"
        )

    async def exchange(self, code: str, verifier: str) -> TokenSet:
        """Tokens for a code; raises a `CognitoError`."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self.credentials.client_id,
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        request = self.client.build_request("POST", f"{self.base_url}/oauth2/token", data=form, headers=self._basic())
        status, document = await exchange(self.client, request)
        if status != 200:
            raise cognito_error(str(document.get("error", "")), status)
        return token_set(document, "access_token", "id_token", "refresh_token", "expires_in")

    def _basic(self) -> dict[str, str]:
        if self.credentials.secret is None:
            return {}
        pair = f"{self.credentials.client_id}:{self.credentials.secret}"
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
