"""An issuer of tokens as Cognito's, with its keys at a URL on this machine."""

import json
import threading
import time
import uuid
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwt

CLIENT_ID = "bench"
_KID = "bench-1"


class Issuer:
    """Signs access tokens, and serves the public key while `serving` is true (503 else)."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.serving = True
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/pool"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def token(self, user_id: str, *, seconds: int = 3600) -> str:
        """An access token of this user, different on every call."""
        now = int(time.time())
        claims = {
            "sub": user_id,
            "iss": self.url,
            "client_id": CLIENT_ID,
            "token_use": "access",
            "username": user_id,
            "scope": "aws.cognito.signin.user.admin",
            "auth_time": now,
            "iat": now,
            "exp": now + seconds,
            "jti": str(uuid.uuid4()),
            "origin_jti": str(uuid.uuid4()),
            "event_id": str(uuid.uuid4()),
        }
        signed: str = jwt.encode(claims, self._pem(), algorithm="RS256", headers={"kid": _KID})
        return signed

    def environment(self) -> dict[str, str]:
        """The settings that make an app trust this issuer."""
        return {
            "COGNITO_REGION": "eu-west-1",
            "COGNITO_USER_POOL_ID": "eu-west-1_Bench0001",
            "COGNITO_CLIENT_ID": CLIENT_ID,
            "COGNITO_ISSUER": self.url,
            "COGNITO_JWKS_URL": f"{self.url}/.well-known/jwks.json",
            "COGNITO_ENDPOINT": f"{self.url}/",
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _pem(self) -> str:
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def _jwks(self) -> bytes:
        numbers = self._key.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "kid": _KID,
            "n": _number(numbers.n),
            "e": _number(numbers.e),
        }
        return json.dumps({"keys": [key]}).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = issuer._jwks() if issuer.serving else b""
                self.send_response(200 if issuer.serving else 503)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        return Handler


def _number(value: int) -> str:
    return urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
