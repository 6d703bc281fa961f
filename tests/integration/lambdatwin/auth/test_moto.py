"""moto as the other side: sign-up, login, groups, keys, verification and refresh, all over loopback HTTP."""

import base64
import hmac
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from src.lambdatwin.auth.assembly import Auth
from src.lambdatwin.auth.authenticator import Accepted, Headers, Refused
from src.lambdatwin.auth.cognito import ClientCredentials, Cognito, CognitoError
from src.lambdatwin.auth.responses import Reason
from src.lambdatwin.settings import Settings
from tests.support.counts import Counts

pytestmark = pytest.mark.anyio

REGION = "eu-west-1"
PASSWORD = "Pa55-word!long"
_START_SECONDS = 60.0


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """A moto server in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _await(url: str) -> None:
    """Connect until the server listens; it gives no other sign."""
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            httpx.get(f"{url}/moto-api/", timeout=5, trust_env=False, verify=False)
        except httpx.TransportError:
            assert time.monotonic() < until, "moto did not start"
        else:
            return


class Pool:
    """A user pool in moto with one client and one user, made through Cognito's API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.id: str = self.call("CreateUserPool", PoolName="menus")["UserPool"]["Id"]
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        asked = {"UserPoolId": self.id, "ClientName": "web", "GenerateSecret": True, "ExplicitAuthFlows": flows}
        client = self.call("CreateUserPoolClient", **asked)["UserPoolClient"]
        self.credentials = ClientCredentials(client["ClientId"], client["ClientSecret"])
        self.call("SignUp", **self._client("cook"), Username="cook", Password=PASSWORD)
        self.call("AdminConfirmSignUp", UserPoolId=self.id, Username="cook")
        self.call("CreateGroup", UserPoolId=self.id, GroupName="kitchen")
        self.call("AdminAddUserToGroup", UserPoolId=self.id, Username="cook", GroupName="kitchen")

    @property
    def jwks_url(self) -> str:
        return f"{self.url}/{self.id}/.well-known/jwks.json"

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        # moto tells services apart by the credential scope; the signature itself is not looked at
        scope = f"AWS4-HMAC-SHA256 Credential=x/20260101/{REGION}/cognito-idp/aws4_request, Signature=x"
        target = f"AWSCognitoIdentityProviderService.{operation}"
        headers = {"x-amz-target": target, "authorization": scope, "content-type": "application/x-amz-json-1.1"}
        answer = httpx.post(f"{self.url}/", json=parameters, headers=headers, trust_env=False, verify=False)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()) if answer.content else {}

    def log_in(self) -> dict[str, Any]:
        values = {"USERNAME": "cook", "PASSWORD": PASSWORD, "SECRET_HASH": self._hash("cook")}
        asked = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": self.credentials.client_id, "AuthParameters": values}
        return dict(self.call("InitiateAuth", **asked)["AuthenticationResult"])

    def _client(self, username: str) -> dict[str, str]:
        return {"ClientId": self.credentials.client_id, "SecretHash": self._hash(username)}

    def _hash(self, username: str) -> str:
        text = f"{username}{self.credentials.client_id}".encode()
        return base64.b64encode(hmac.digest(str(self.credentials.secret).encode(), text, "sha256")).decode()


@pytest.fixture(scope="module")
def pool(moto: str) -> Pool:
    return Pool(moto)


@pytest.fixture
async def auth(pool: Pool, database_url: str) -> AsyncIterator[Auth]:
    settings = Settings(
        environment="test",
        cognito_user_pool_id=pool.id,
        cognito_client_id=pool.credentials.client_id,
        cognito_client_secret=pool.credentials.secret,
        cognito_jwks_url=pool.jwks_url,
        cognito_endpoint=f"{pool.url}/",
        cognito_refresh_flow="initiate_auth",
    )
    engine = create_engine(database_url, pooled=True)
    made = Auth(settings, session_factory(engine), session_factory(engine), meter=Counts())
    async with made.lifespan():
        yield made
    await engine.dispose()


def _bearer(token: str) -> Headers:
    return [(b"authorization", b"Bearer " + token.encode())]


async def test_a_login_verifies_with_its_groups(auth: Auth, pool: Pool) -> None:
    accepted = await auth.authenticator.authenticate(_bearer(pool.log_in()["AccessToken"]))
    assert isinstance(accepted, Accepted)
    assert accepted.claims["cognito:groups"] == ["kitchen"]
    assert accepted.claims["username"] == "cook"
    assert accepted.claims["iss"] == f"https://cognito-idp.{REGION}.amazonaws.com/{pool.id}"


async def test_an_id_token_and_a_token_of_another_pool_do_not(auth: Auth, pool: Pool, moto: str) -> None:
    for token in (pool.log_in()["IdToken"], Pool(moto).log_in()["AccessToken"]):
        refused = await auth.authenticator.authenticate(_bearer(token))
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.BAD_CLAIMS


async def test_refresh_through_refresh_token_auth_with_a_secret_hash(auth: Auth, pool: Pool) -> None:
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        cognito = Cognito(client, f"{pool.url}/", pool.credentials, "initiate_auth")
        tokens = await cognito.refresh(pool.log_in()["RefreshToken"], "cook")
        assert tokens.refresh is None
        assert isinstance(await auth.authenticator.authenticate(_bearer(tokens.access)), Accepted)
        with pytest.raises(CognitoError):
            await cognito.refresh("unknown", "cook")
