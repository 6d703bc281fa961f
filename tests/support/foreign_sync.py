"""The backend of tests/foreign_sync: its routers as generated, its app, and its functions in AWS's runtime client."""

import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
from fastapi import FastAPI
from moto.server import ThreadedMotoServer

from src.lambdatwin.app import install
from src.lambdatwin.project import Project, Registry
from src.lambdatwin.settings import Settings
from tests.support.postgres import ROOT
from tests.support.toy_gateway import client_of

SOURCE = ROOT / "tests/foreign_sync"
LAYER = "layers/common/python"
_ALIAS = "foreign_sync_generated"
# The paths of functions that answer with who asks, from a global of their process.
WHO = ("/users/me", "/books/me")
NO_DATABASE: dict[str, Any] = {
    "environment": "test",
    "database_url": "postgresql://nobody@127.0.0.1:1/none",
    "cognito_issuer": "http://127.0.0.1:1/pool",
    "cognito_client_id": "client",
}


def generate(folder: Path, source: Path = SOURCE) -> Path:
    """A copy of the backend with its generated routers."""
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "codegen", "generate", "--root", str(folder), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def registry_of(folder: Path) -> Registry:
    """The generated routers, imported under a name that this repository's own do not have."""
    for name in [name for name in sys.modules if name.partition(".")[0] == _ALIAS]:
        del sys.modules[name]
    generated = folder / "generated"
    spec = importlib.util.spec_from_file_location(
        _ALIAS, generated / "__init__.py", submodule_search_locations=[str(generated)]
    )
    assert spec is not None
    sys.modules[_ALIAS] = importlib.util.module_from_spec(spec)
    found = importlib.import_module(f"{_ALIAS}.registry")
    return Registry(found.ROUTERS, found.MODULES)


def foreign_app(folder: Path, **settings: Any) -> FastAPI:
    """An app with the routes of a backend, which has not started. The working directory has to be its folder."""
    app = FastAPI()
    registry = registry_of(folder)
    install(app, registry.routers, project=Project(), settings=Settings(**NO_DATABASE, **settings))
    return app


@asynccontextmanager
async def foreign_client(folder: Path, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app while it runs."""
    app = foreign_app(folder, **settings)
    async with app.router.lifespan_context(app), client_of(app) as client:
        yield client


@contextmanager
def dynamodb() -> Iterator[str]:
    """The URL of a local DynamoDB with the table of orders."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "dynamodb", endpoint_url=url, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    try:
        client.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield url
    finally:
        client.close()
        server.stop()


@dataclass(frozen=True, slots=True)
class Run:
    """An event for a function; `path` are its code root and layers."""

    path: tuple[Path, ...]
    entry: str
    event: Mapping[str, Any]
    request_id: str


def in_lambda(runs: Sequence[Run], **variables: str) -> list[bytes | None]:
    """The payload that AWS's runtime client posts for each event, None for an error; each in a fresh process."""
    told = [{**asdict(run), "path": [str(folder) for folder in run.path]} for run in runs]
    local = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/support/runtime_client.py")],
        input=json.dumps(told),
        env={**os.environ, **local, "POWERTOOLS_TRACE_DISABLED": "true", **variables},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [None if answer["payload"] is None else answer["payload"].encode() for answer in answers]
