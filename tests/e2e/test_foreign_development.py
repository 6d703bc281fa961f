"""The development server on a backend that is not this repository's: what its project says of itself is done."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.support.development import development
from tests.support.postgres import ROOT, clone, with_database

FILES = {
    "pyproject.toml": """
[tool.lambdatwin]
project = "greetings_project:Greetings"

[tool.codegen]
sources = ["app"]
ports = "lambdatwin.ports"
output = "app/routes"
""",
    "greetings_project.py": """
import asyncpg
from app.migrations.steps import STEPS
from lambdatwin import Project
from lambdatwin.project import DatabaseError, Person


class Greetings(Project):
    people = (Person("ana-1", "ana"),)
    first_path = "/greetings/you"
    watched = ("app",)
    migrations = "app/migrations/"

    def prepare(self):
        print("prepared")

    def handler_modules(self):
        print("asked for modules")
        return ("app.hello.aws_lambda.greet",)

    async def migrate(self, url):
        connection = await asyncpg.connect(url)
        try:
            for step in STEPS:
                await connection.execute(step)
        except asyncpg.PostgresError as error:
            raise DatabaseError(str(error)) from error
        finally:
            await connection.close()
        return f"{len(STEPS)} steps"

    async def seed(self, url):
        connection = await asyncpg.connect(url)
        await connection.execute("INSERT INTO words VALUES ('hello')")
        await connection.close()
        return True
""",
    "app/migrations/steps.py": 'STEPS = ["CREATE TABLE IF NOT EXISTS words (word text)"]\n',
    "app/hello/aws_lambda/greet.py": '''
import asyncio
import json
import os

import asyncpg

print("imported the handler")


async def handler(event, context):
    """Handle GET /greetings/{name} to greet.

    Responses:
        200: The greeting
    """
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    word = await connection.fetchval("SELECT word FROM words")
    await connection.close()
    return {"statusCode": 200, "headers": {}, "body": json.dumps([word, event["pathParameters"]["name"]])}


def lambda_handler(event, context):
    return asyncio.run(handler(event, context))
''',
}


@pytest.fixture
def empty_url(postgres_server: str) -> Iterator[str]:
    with clone(postgres_server, with_database(postgres_server, "template0")) as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip(), encoding="utf-8")
    return tmp_path


def tables(url: str) -> set[str]:
    async def read() -> set[str]:
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'lambdatwin')")
        await connection.close()
        return {row["tablename"] for row in rows}

    return asyncio.run(read())


@pytest.mark.long
def test_what_the_project_says_is_done(folder: Path, empty_url: str) -> None:
    settings = {"DATABASE_URL": empty_url, "PYTHONPATH": str(ROOT), "LAMBDATWIN_ENVIRONMENT": "development"}
    settings["LAMBDATWIN_DOCS"] = "closed"
    command = ("src.lambdatwin", "serve", "--seed")
    with development(folder, command=command, ENVIRONMENT="their own", **settings) as running:
        running.await_line(r"1 steps\n")
        running.await_line(r"1 routes, 1 handlers, 0 share the engine")
        running.await_line(rf"Try +curl {running.url}/greetings/you\n")
        printed = running.printed
        assert "/docs" not in printed
        assert "oken" not in printed
        assert printed.index("prepared") < printed.index("asked for modules") < printed.index("imported the handler")
        assert running.get("/greetings/you").json() == ["hello", "you"]
        assert tables(empty_url) == {"words", "revocations", "refreshes", "schema_version"}
        running.edit("app/migrations/steps.py", '"]', '", "CREATE TABLE IF NOT EXISTS more (word text)"]')
        running.await_line(r"2 steps\n")
        running.await_line("reloaded in")
        assert "more" in tables(empty_url)
        running.edit("greetings_project.py", "you", "me")
        (folder / "app" / "hello").touch()  # a folder of which only the time changes is no change of the source
        handler = folder / "app" / "hello" / "aws_lambda" / "greet.py"
        text = handler.read_text(encoding="utf-8")
        handler.unlink()  # as git does it when a branch is checked out
        handler.write_text(text.replace('["name"]', '["name"].upper()'), encoding="utf-8")
        assert running.await_line(r"changed: (.*)\n")[1] == "app/hello/aws_lambda/greet.py"
        running.await_line("reloaded in")
        assert running.get("/greetings/you").json() == ["hello", "YOU"]
        running.interrupt()
