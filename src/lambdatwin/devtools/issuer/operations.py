"""The part of Cognito's JSON API that a client of this backend uses, over the local accounts and grants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest

from ...auth.cognito import ClientCredentials
from .accounts import Accounts
from .grants import Grants, RefusedTokenError
from .minting import Login, Mint

type Parameters = Mapping[str, object]


class ServiceError(Exception):
    """An error by Cognito's own name for it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


@dataclass(frozen=True, slots=True)
class Operations:
    """Every operation takes and gives the JSON objects of the API reference, and raises `ServiceError`."""

    mint: Mint
    accounts: Accounts
    grants: Grants
    client: ClientCredentials

    def table(self) -> dict[str, Callable[[Parameters], dict[str, object]]]:
        """Operations by their names in `X-Amz-Target`."""
        return {
            "InitiateAuth": self.initiate_auth,
            "GetTokensFromRefreshToken": self.get_tokens_from_refresh_token,
            "RevokeToken": self.revoke_token,
        }

    def initiate_auth(self, parameters: Parameters) -> dict[str, object]:
        """USER_PASSWORD_AUTH, and REFRESH_TOKEN_AUTH as long as refresh tokens do not rotate."""
        self._check_client(parameters)
        values = parameters.get("AuthParameters")
        texts = {key: str(value) for key, value in values.items()} if isinstance(values, dict) else {}
        match parameters.get("AuthFlow"):
            case "USER_PASSWORD_AUTH":
                return self._log_in(texts)
            case "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" if not self.grants.rotation.enabled:
                return self._refresh_with_hash(texts)
            case _:
                raise ServiceError("InvalidParameterException", "The flow is not enabled for this client.")

    def get_tokens_from_refresh_token(self, parameters: Parameters) -> dict[str, object]:
        """New tokens; a new refresh token where the old one was rotated away."""
        self._check_client(parameters)
        self._check_secret(parameters)
        login, replacement = self._use(str(parameters.get("RefreshToken", "")))
        return self._result(login, replacement)

    def revoke_token(self, parameters: Parameters) -> dict[str, object]:
        """End a login; an unknown token is ignored."""
        self._check_client(parameters)
        self._check_secret(parameters)
        self.grants.revoke(str(parameters.get("Token", "")))
        return {}

    def _log_in(self, texts: Mapping[str, str]) -> dict[str, object]:
        name = texts.get("USERNAME", "")
        self._check_hash(name, texts)
        account = self.accounts.log_in(name, texts.get("PASSWORD", ""))
        if account is None:
            raise ServiceError("NotAuthorizedException", "Incorrect username or password.")
        login = self.mint.begin(account)
        return self._result(login, self.grants.issue(login))

    def _refresh_with_hash(self, texts: Mapping[str, str]) -> dict[str, object]:
        login, _ = self._use(texts.get("REFRESH_TOKEN", ""))
        self._check_hash(login.account.username, texts)
        return self._result(login, None)

    def _use(self, token: str) -> tuple[Login, str | None]:
        try:
            return self.grants.use(token)
        except RefusedTokenError as error:
            name = "RefreshTokenReuseException" if error.reused else "NotAuthorizedException"
            raise ServiceError(name, str(error)) from None

    def _result(self, login: Login, refresh: str | None) -> dict[str, object]:
        result: dict[str, object] = {
            "AccessToken": self.mint.access(login),
            "IdToken": self.mint.id(login),
            "ExpiresIn": self.mint.seconds,
            "TokenType": "Bearer",
        }
        return {
            "AuthenticationResult": result | ({"RefreshToken": refresh} if refresh else {}),
            "ChallengeParameters": {},
        }

    def _check_client(self, parameters: Parameters) -> None:
        if parameters.get("ClientId") != self.client.client_id:
            raise ServiceError("ResourceNotFoundException", "User pool client does not exist.")

    def _check_secret(self, parameters: Parameters) -> None:
        if not _equal(self.client.secret, str(parameters.get("ClientSecret", ""))):
            raise ServiceError("NotAuthorizedException", "Unable to verify the client secret.")

    def _check_hash(self, username: str, texts: Mapping[str, str]) -> None:
        if not _equal(self.client.secret_hash(username), texts.get("SECRET_HASH", "")):
            raise ServiceError("NotAuthorizedException", "Unable to verify secret hash for client.")


def _equal(expected: str | None, sent: str) -> bool:
    return compare_digest((expected or "").encode(), sent.encode())
