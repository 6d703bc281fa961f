"""Cognito's token operations over plain HTTPS: they are unsigned, so no AWS SDK is needed."""

import asyncio
import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx

from ..tokens.strict_json import parse_object
from .errors import (
    CognitoError,
    MisconfiguredError,
    RefusedError,
    UnreachableError,
    cognito_error,
)

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

    def secret_hash(self, username: str) -> str | None:
        """Base64 of HMAC-SHA256(secret, username + client id), as Cognito's `SECRET_HASH`."""
        if self.secret is None:
            return None
        digest = hmac.digest(self.secret.encode(), f"{username}{self.client_id}".encode(), "sha256")
        return base64.b64encode(digest).decode()


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
        return _token_set(answer)

    async def revoke(self, refresh_token: str) -> None:
        """Revoke the refresh token and every access token that came of it."""
        await self._call("RevokeToken", self._identified({"Token": refresh_token}))

    def _identified(self, parameters: dict[str, object]) -> dict[str, object]:
        secret = {} if self._credentials.secret is None else {"ClientSecret": self._credentials.secret}
        return parameters | {"ClientId": self._credentials.client_id} | secret

    def _initiate_auth(self, refresh_token: str, username: str | None) -> dict[str, object]:
        parameters = {"REFRESH_TOKEN": refresh_token}
        if self._credentials.secret is not None:
            if username is None:
                raise RefusedError("SECRET_HASH cannot be made without a user name")
            parameters["SECRET_HASH"] = str(self._credentials.secret_hash(username))
        return {
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "ClientId": self._credentials.client_id,
            "AuthParameters": parameters,
        }

    async def _call(self, operation: str, parameters: Mapping[str, object]) -> dict[str, object]:
        headers = {"x-amz-target": f"{_SERVICE}.{operation}", "content-type": "application/x-amz-json-1.1"}
        request = self._client.build_request("POST", self._endpoint, json=dict(parameters), headers=headers)
        status, document = await exchange(self._client, request)
        if status == 200:
            return document
        raise cognito_error(_error_name(document), status)


async def exchange(client: httpx.AsyncClient, request: httpx.Request) -> tuple[int, dict[str, object]]:
    """The status and the JSON object of an answer, in bounded time and size; raises a `CognitoError`."""
    request.extensions["timeout"] = httpx.Timeout(_WHOLE_SECONDS, connect=_CONNECT_SECONDS).as_dict()
    try:
        async with asyncio.timeout(_WHOLE_SECONDS):
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                body = await _bounded(response)
            finally:
                await response.aclose()
    except (httpx.HTTPError, OSError) as error:  # TimeoutError is an OSError
        raise UnreachableError(f"{type(error).__name__}") from error
    try:
        return response.status_code, parse_object(body, depth=8) if body else {}
    except ValueError as error:
        raise _not_json(response.status_code) from error


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > _LARGEST_ANSWER:
            raise UnreachableError("the answer is too large")
    return bytes(body)


def _not_json(status: int) -> CognitoError:
    return UnreachableError(f"{status} without JSON") if status >= 500 else MisconfiguredError(f"{status} without JSON")


def _error_name(document: Mapping[str, object]) -> str:
    """`__type` may be prefixed by a namespace and `#`."""
    return str(document.get("__type", "")).rpartition("#")[2][:_LONGEST_NAME]


def _token_set(answer: Mapping[str, object]) -> TokenSet:
    result = answer.get("AuthenticationResult")
    if not isinstance(result, dict):
        raise MisconfiguredError("a challenge in place of tokens")  # such as NEW_PASSWORD_REQUIRED
    return token_set(result, "AccessToken", "IdToken", "RefreshToken", "ExpiresIn")


def token_set(result: Mapping[str, object], access: str, id_: str, refresh: str, expires_in: str) -> TokenSet:
    """The tokens under their names in an answer; raises `MisconfiguredError` when they are not what they should be."""
    texts = (result.get(access), result.get(id_), result.get(refresh))
    seconds = result.get(expires_in)
    if not isinstance(texts[0], str) or type(seconds) is not int:
        raise MisconfiguredError("an answer without an access token")
    if not all(isinstance(text, str | None) for text in texts):
        raise MisconfiguredError("an answer with tokens that are no texts")
    return TokenSet(texts[0], _text(texts[1]), _text(texts[2]), seconds)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
