"""`make dev` at work: a copy of the repository is edited under a running server."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support import postgres
from tests.support.development import Development, copy_of_the_repository, development
from tests.support.postgres import ROOT

_HANDLERS = "src/contexts/products_catalog/aws_lambda"
_HANDLER = f"{_HANDLERS}/fetch_product_source_name.py"
# Of a route that one test alone asks for: what that test saves may stay.
_ROLES = "src/contexts/iam/aws_lambda/fetch_role.py"
_SCHEMA = "src/contexts/products_catalog/core/adapters/api_schemas/product.py"
_NEW = '''"""A probe."""

import json
from typing import Any

from src.contexts.products_catalog.aws_lambda.products_auth import products_aws_auth_middleware
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware


@async_endpoint_handler(
    products_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="probe"),
    timeout=1.0,
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /probe to probe.

    Responses:
        200: Probed
    """
    import asyncio

    {line}
    await asyncio.sleep(0)
    return {{"statusCode": 200, "headers": {{}}, "body": json.dumps({{"probe": word}})}}


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The entry of Lambda."""
    import anyio

    return anyio.run(async_handler, event, context)
'''


def probe(line: str) -> str:
    """A handler's module with this line in it, which has to set `word`."""
    return _NEW.format(line=line)


@pytest.fixture(scope="module")
def running(
    postgres_server: str, seeded_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Development]:
    folder = copy_of_the_repository(tmp_path_factory.mktemp("development"))
    with postgres.clone(postgres_server, seeded_template) as url:
        (folder / ".env").write_text(f"DATABASE_URL={url}\nCORS_ALLOW_ORIGINS=https://planner.example\n")
        with development(folder) as server:
            server.authorize()
            yield server


@pytest.mark.long
def test_the_banners_token_opens_the_api_and_the_env_file_is_read(running: Development) -> None:
    running.seen = 0
    running.log_in()
    answer = running.client.get(f"{running.url}/products", headers={"origin": "https://planner.example"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://planner.example"


@pytest.mark.long
def test_a_saved_handler_schema_and_template_are_what_the_next_request_gets(running: Development) -> None:
    undo = (
        running.edit(_HANDLER, '"statusCode": 200', '"statusCode": 203'),
        running.edit(_SCHEMA, "\n    brand_id:", "\n    probed: int = 1\n    brand_id:"),
        running.edit("templates/route.py.j2", "{{ route.summary | lit }}", '"Changed."'),
    )
    running.await_line("reloaded in")
    assert running.get("/product-sources").status_code == 203
    document = running.get("/openapi.json").json()
    assert "probed" in document["components"]["schemas"]["ApiProduct"]["properties"]
    assert document["paths"]["/products"]["get"]["summary"] == "Changed."
    assert ": note CG" not in running.printed.partition("changed:")[2]
    for put_back in undo:
        put_back()
    running.await_line("reloaded in")
    assert running.get("/product-sources").status_code == 200
    exported = running.folder / "generated" / "openapi.json"
    running.await_answer("/health", lambda _: '"Changed."' not in exported.read_text(encoding="utf-8"))


@pytest.mark.long
def test_a_new_handler_is_a_new_route_and_a_removed_one_is_none(running: Development) -> None:
    package = running.folder / _HANDLERS / "probes"
    assert running.get("/probe").status_code == 403
    package.mkdir()
    (package / "probe.py").write_text(probe('word = "new"'))
    # The folder and the file may be seen one after the other, and make two reloads; and until the old server has
    # stopped, either may answer.
    running.await_answer("/probe", lambda answer: answer.text == '{"probe": "new"}')
    running.await_answer("/openapi.json", lambda answer: "/probe" in answer.json()["paths"])
    shutil.rmtree(package)
    package.write_text("No folder any more.")
    running.await_answer("/probe", lambda answer: answer.status_code == 403)
    package.unlink()


def test_a_broken_handler_shows_why_and_the_last_good_server_answers_until_it_is_mended(running: Development) -> None:
    running.edit(_ROLES, "async def async_handler(", "async def async_handler((")
    running.await_line(rf"{_ROLES}:\d+:\d+: error CG\d+")
    running.await_line("The last good one goes on serving")
    assert running.get("/roles").status_code == 200
    mended = running.folder / _ROLES
    mended.write_text((ROOT / _ROLES).read_text().replace('"statusCode": 200', '"statusCode": 203'))
    running.await_line("reloaded in")
    assert running.get("/roles").status_code == 203


@pytest.mark.long
def test_a_library_that_does_not_load_shows_why_and_the_last_good_server_answers(running: Development) -> None:
    mend_library = running.edit("src/lambdatwin/observability/health.py", "import", "imprt")
    running.await_line(r"health\.py\", line \d+[^$]*SyntaxError")
    running.await_line("The last good one goes on serving")
    assert running.get("/product-sources").status_code == 200
    mend_library()
    running.await_line("reloaded in")
    assert running.get("/product-sources").status_code == 200
    assert "generated:" not in running.printed.rpartition("changed:")[2], "nothing was"


@pytest.mark.long
def test_a_breakpoint_stops_in_the_handler_no_time_limit_ends_it_and_a_lost_server_is_told(
    running: Development,
) -> None:
    file = running.folder / _HANDLERS / "probe.py"
    file.write_text(probe('word = "before"; breakpoint()'))
    # The line of an earlier reload may come last of all that it does.
    running.await_line(r"changed: [^\n]*/aws_lambda/probe\.py[^$]*?reloaded in")
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(running.get("/probe")))
    asking.start()
    running.await_line(r"\(Pdb\)")
    # Longer than the handler's limit of one second: the debugger waits, not the test.
    running.type("import time; time.sleep(1.5)\n")
    running.await_line(r"\(Pdb\)")
    running.type("word = 'after'\n")
    running.await_line(r"\(Pdb\)")
    assert "event_loop_blocked" not in running.printed.partition("(Pdb)")[2], "a debugger waits for its user"
    running.type("c\n")
    asking.join(30)
    assert [answer.json() for answer in answers] == [{"probe": "after"}]
    _end_the_server(running, file)


def _end_the_server(running: Development, file: Path) -> None:
    """It is told, and the next save starts it."""
    file.write_text(probe('import os; os._exit(7); word = ""'))
    running.await_line("reloaded in")
    with pytest.raises(httpx.TransportError):
        running.get("/probe")
    running.await_line("The server has ended with code 7")
    file.unlink()
    running.await_line("reloaded in")
    assert running.get("/product-sources").status_code == 200


def test_ctrl_c_ends_every_process_within_two_seconds(running: Development) -> None:
    seconds = running.interrupt()
    assert running.process.returncode == 0
    assert "Traceback" not in running.printed[running.seen :]
    assert seconds < 4, "two seconds on a machine of one's own"


@pytest.mark.long
def test_a_start_on_broken_sources_waits_for_the_mending_and_seeds_no_database_of_ones_own(
    database_url: str, tmp_path: Path
) -> None:
    folder = copy_of_the_repository(tmp_path)
    handler = folder / _HANDLER
    good = handler.read_text()
    handler.write_text(good.replace("async def", "async deff"))
    with development(folder, DATABASE_URL=database_url) as server:
        server.await_line("No sample data: DATABASE_URL names a database of your own")
        server.await_line("Nothing is served yet")
        answer = server.get("/product-sources")
        assert (answer.status_code, answer.text) == (503, "Nothing is served: the terminal of the server says why.\n")
        handler.write_text(good)
        server.authorize()
        assert server.get("/product-sources").status_code == 401, "the administrator is not known there"
        server.interrupt()
