"""The hosted login pages: authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636)."""

import base64
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

import httpx

from .client import ClientCredentials, TokenSet, exchange, token_set
from .errors import cognito_error

SCOPE = "openid"


def challenge(verifier: str) -> str:
    """The S256 code challenge of a verifier."""
    return base64.urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class HostedUi:
    """`base_url` is the domain of the pool with its scheme; `redirect_uri` must be registered for the client."""

    client: httpx.AsyncClient
    base_url: str
    credentials: ClientCredentials
    redirect_uri: str

    def authorize_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where to send a browser to log in."""
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
        """Where to send a browser to end the login at the issuer too."""
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
            raise cognito_error(str(document.get("error", ""))[:100], status)
        return token_set(document, "access_token", "id_token", "refresh_token", "expires_in")

    def _basic(self) -> dict[str, str]:
        if self.credentials.secret is None:
            return {}
        pair = f"{self.credentials.client_id}:{self.credentials.secret}"
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
