"""A stand-in for API Gateway's Cognito authorizer: signature, issuer, client, use and expiry of a bearer token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jose import jwt
from jose.exceptions import ExpiredSignatureError, JOSEError

from ..wire import Answer, Sent
from .answer import EXPIRED, UNAUTHORIZED


@dataclass(frozen=True, slots=True)
class CognitoAuthorizer:
    """Knows one user pool."""

    jwks: Mapping[str, Any]
    issuer: str
    client_id: str

    def claims(self, sent: Sent) -> Mapping[str, Any] | Answer:
        """The claims of a good token; else what the gateway answers in Lambda's place."""
        lines = [value for name, value in sent.headers if name.lower() == "authorization"]
        if len(lines) != 1 or not lines[0].startswith("Bearer "):
            return UNAUTHORIZED
        try:
            claims = jwt.decode(
                lines[0].removeprefix("Bearer "),
                dict(self.jwks),
                algorithms=["RS256"],
                issuer=self.issuer,
                options={"verify_aud": False, "require_exp": True, "require_sub": True},
            )
        except ExpiredSignatureError:
            return EXPIRED
        except (JOSEError, ValueError, TypeError):
            return UNAUTHORIZED
        mine = claims.get("client_id") == self.client_id and claims.get("token_use") == "access"
        return claims if mine else UNAUTHORIZED
