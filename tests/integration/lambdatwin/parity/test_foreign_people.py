"""What a project says of its people and its database counts in `lambdatwin parity`; a failure is told."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import foreign
from tests.support.postgres import clone, with_database

_TWIN = """
import os

import lambdatwin
from lambdatwin.project import Person


class Members(lambdatwin.Project):
    people = (Person("id-ann", "ann"), Person("id-bob", "bob", ("staff", "managers")))

    def database_variables(self, url):
        return {"MEMBERS_DB": url.replace("postgresql:", "postgresql+asyncpg:")}

    def share(self, modules, sessions):
        os.environ["ONLY_SERVED"] = "yes"
        return 0
"""
_HANDLER = '''
import asyncio
import json
import os


async def handler(event, context):
    """Handle GET /{name} to see.

    Request:
        Auth: {auth}
    """
    told = {told}
    return {{"statusCode": 200, "body": json.dumps(told)}}


def lambda_handler(event, context):
    return asyncio.run(handler(event, context))
'''
_TOLD = {
    "groups": 'event["requestContext"]["authorizer"]["claims"]["cognito:groups"]',
    "database": 'os.environ["MEMBERS_DB"].partition(":")[0]',
    "served": 'os.environ["ONLY_SERVED"]',
}
_GUARD = """
from functools import wraps


def guarded(handler):
    @wraps(handler)
    async def run(event, context):
        event["user"] = event["requestContext"]["authorizer"]
        return await handler(event, context)

    return run
"""


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("foreign") / "members"
    folder = root / "club" / "aws_lambda"
    folder.mkdir(parents=True)
    for name, told in _TOLD.items():
        text = _HANDLER.format(name=name, told=told, auth="a member" if name == "groups" else "public")
        if name == "groups":
            text = text.replace("async def", "@guarded\nasync def").replace(
                "import os", "from club.guard import guarded"
            )
        (folder / f"{name}.py").write_text(text)
    (root / "club" / "guard.py").write_text(_GUARD)
    (root / "twin.py").write_text(_TWIN)
    (root / "pyproject.toml").write_text('[tool.lambdatwin]\nproject = "twin:Members"\n')
    return foreign.generated(root)


@pytest.fixture(scope="module")
def empty_url(postgres_server: str) -> Iterator[str]:
    with clone(postgres_server, with_database(postgres_server, "template0")) as url:
        yield url


@pytest.fixture(scope="module")
def ran(members: Path, empty_url: str) -> foreign.Ran:
    """One run of the command for all requests."""
    file = members.parent / "requests.jsonl"
    rows = [{"path": "/groups", "user": user} for user in ("ann", "bob", "id-bob")]
    rows += [{"path": "/database"}, {"path": "/served"}]
    file.write_text("\n".join(json.dumps({"method": "GET", **row}) for row in rows))
    return foreign.parity(members, str(file), "--database-url", empty_url)


def test_the_groups_of_people_are_in_their_tokens_and_functions_find_the_database(ran: foreign.Ran) -> None:
    rows = [line.split() for line in ran.lines[1:5]]
    assert [row[0] for row in rows] == ["equal"] * 4, (ran.lines, ran.errors)
    assert [row[-2] for row in rows] == ["502", "200", "200", "200"], (ran.lines, ran.errors)


def test_the_failure_of_a_function_stands_below_the_difference(ran: foreign.Ran) -> None:
    assert ran.lines[5].split()[0] == "DIFFERENT", (ran.lines, ran.errors)
    (told,) = (line.strip() for line in ran.lines if "failed in Lambda" in line)
    assert told.startswith("the function failed in Lambda: KeyError: 'ONLY_SERVED', File ")
    assert told.endswith('/club/aws_lambda/served.py", line 13, in handler')
