"""Sync handlers in the development server: a save replaces their environments, a breakpoint has the terminal."""

import threading
from pathlib import Path

import httpx
import pytest

from tests.support.development import development
from tests.support.sync_words import COMMAND, HANDLER, HELPER, SETTINGS, write


@pytest.mark.long
def test_a_breakpoint_stops_in_a_sync_handler_and_no_time_limit_ends_it(tmp_path: Path) -> None:
    with development(write(tmp_path), command=COMMAND, LAMBDATWIN_LAMBDA_ENVIRONMENTS="0", **SETTINGS) as running:
        running.await_line("started: ")
        assert running.get("/words").json() == "before"
        running.edit(HANDLER, '"before")', '"before"); breakpoint()')
        running.await_line("reloaded in")
        answers: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: answers.append(running.get("/words")))
        asking.start()
        running.await_line(r"\(Pdb\)")
        # Longer than the function's limit of one second: the debugger waits, not the test.
        running.type("import time; time.sleep(1.5)\n")
        running.await_line(r"\(Pdb\)")
        running.type("word = 'after'\n")
        running.await_line(r"\(Pdb\)")
        running.type("c\n")
        asking.join(30)
        assert [answer.json() for answer in answers] == ["after"]
        running.interrupt()


@pytest.mark.long
def test_a_save_replaces_the_environments_and_an_import_error_is_told(tmp_path: Path) -> None:
    with development(write(tmp_path), command=COMMAND, **SETTINGS) as running:
        running.await_line("started: ")
        assert running.get("/words").json() == "before"
        # What the handler imports is what a process keeps.
        running.edit(HELPER, "return word", "return word.upper()")
        running.await_line("reloaded in")
        assert running.get("/words").json() == "BEFORE"
        mend = running.edit(HELPER, "def spelled", "\nimport no_such_module\n\ndef spelled")
        running.await_line("reloaded in")
        assert running.get("/words").status_code == 502
        running.await_line(r"handler_not_imported")
        assert "No module named 'no_such_module'" in running.printed
        assert f"{tmp_path}/{HELPER}:2" in running.printed
        mend()
        running.await_line("reloaded in")
        assert running.get("/words").json() == "BEFORE"
        running.edit("template.yaml", "/words", "/spoken")
        running.await_answer("/spoken", lambda answer: answer.text == '"BEFORE"')
        running.interrupt()


TABLE = """
[apis.words]
kind = "http"

[authorizers.Staff]
kind = "jwt"
issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12Cd34E"
audience = ["web"]

[[route]]
api = "words"
method = "ANY"
path = "/words"
handler = "handler.say"
code_root = "words"
authorizer = "Staff"
"""


@pytest.mark.long
def test_a_declared_user_pool_takes_the_tokens_that_the_start_proposes(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "template.yaml").unlink()
    (folder / "routes.toml").write_text(TABLE, encoding="utf-8")
    asking = 'word = event["requestContext"]["http"]["method"]'
    handler = (folder / HANDLER).read_text(encoding="utf-8").replace('word = spelled("before")', asking)
    (folder / HANDLER).write_text(handler, encoding="utf-8")
    with development(folder, command=COMMAND, **SETTINGS) as running:
        running.await_line("started: 1 routes, 1 handlers")
        running.await_line("Log in +any user id, password ")
        running.await_line("Token +.*token --user me")
        running.interrupt()
