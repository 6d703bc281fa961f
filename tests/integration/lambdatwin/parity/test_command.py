"""`python -m src.lambdatwin.parity REQUESTS.jsonl`."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
import structlog

from src.lambdatwin import cli
from tests.integration.lambdatwin.parity.forked import fork

TOYS = Path(__file__).parent / "toys"
ROUTES = ["--routes", str(TOYS / "routes.json")]
ARGUMENTS = [*ROUTES, "--no-database"]
WRAP = ["--wrap", "tests.integration.lambdatwin.parity.tampering:tampered"]


@pytest.fixture(autouse=True)
def process_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command sets up logging for its process, and reads DATABASE_URL; here the process goes on."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def requests_file(tmp_path: Path) -> str:
    lines = [
        {"id": "first", "method": "POST", "path": "/echo/a?b=1", "headers": {"X-Tamper": "another_status"}},
        {"method": "GET", "path": "/results/0"},
        {"method": "GET", "path": "/nowhere"},
    ]
    path = tmp_path / "requests.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return str(path)


def test_a_table_tells_equal_from_different(
    requests_file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fork(monkeypatch)
    assert cli.main(["parity", requests_file, *ARGUMENTS, *WRAP]) == 1
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert printed.err == ""
    assert lines[0].split() == ["id", "request", "Lambda", "FastAPI"]
    assert lines[1].split() == ["DIFFERENT", "first", "POST", "/echo/a?b=1", "200", "201"]
    assert lines[2].strip() == "status: 200 in Lambda, 201 in FastAPI"
    assert lines[3].split() == ["equal", "line-2", "GET", "/results/0", "200", "200"]
    assert lines[4].split() == ["equal", "line-3", "GET", "/nowhere", "403", "403"]
    assert lines[5:] == ["2 of 3 requests equal"]


def test_what_no_source_tells_is_not_called_equal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fork(monkeypatch)
    path = tmp_path / "requests.jsonl"
    path.write_text('{"method": "GET", "path": "/results/0"}\n{"method": "TRACE", "path": "/results/0"}')
    assert cli.main(["parity", str(path), *ARGUMENTS]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [lines[1].split()[0], lines[2].split()[0]] == ["equal", "UNDECIDED"]
    assert lines[3].strip().startswith("not compared: answer (no source tells")
    assert lines[4:] == ["1 of 2 requests equal, 1 could not be compared"]


@pytest.mark.long
def test_this_repositorys_own_routes_run_on_copies_of_a_database(
    tmp_path: Path, seeded_database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text('{"method": "POST", "path": "/products", "user": "admin", "json": {"name": "From a file"}}')
    assert cli.main(["parity", str(path), "--database-url", seeded_database_url]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[-2:] == ["201", "201"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{requests}", "--root", "/nowhere"], "/nowhere: no such folder"),
        (["{requests}", "--routes", "/nowhere"], "/nowhere: No such file"),
        (["{requests}", "--routes", "{requests}"], "not a list of routes"),
        (["{requests}", *ROUTES, "--database-url", "postgresql://127.0.0.1:1/x"], "The databases can't be made"),
        (["{requests}", *ROUTES, "--database-url", "postgresql://127.0.0.1:1"], "names no database"),
        pytest.param(
            ["{requests}", *ARGUMENTS, "--wrap", "nowhere:nothing"],
            "No module named 'nowhere'",
            marks=pytest.mark.long,
        ),
        *(
            pytest.param(["{requests}", *ARGUMENTS, "--wrap", wrap], words, marks=pytest.mark.long)
            for wrap, words in (
                ("foo", "--wrap foo is no MODULE:FUNCTION that takes the app: No module named 'foo'"),
                ("os:nosuch", "--wrap os:nosuch is no MODULE:FUNCTION that takes the app: module 'os' has no"),
                ("os:getcwd", "--wrap os:getcwd is no MODULE:FUNCTION that takes the app: "),
                ("builtins:id", "--wrap builtins:id: the function returned int, and no app"),
            )
        ),
        (["{requests}", *ARGUMENTS, "--timeout", "inf"], "a time limit is a number of seconds"),
        (["{requests}", *ARGUMENTS, "--timeout", "1e300"], "a time limit is a number of seconds"),
        (["{requests}", *ROUTES, "--database-url", "foo"], "(DATABASE_URL) must be like postgresql://"),
        (["{requests}", *ARGUMENTS, "--cors", "{{}}"], "only an HTTP API has a CORS policy"),
        (["{requests}", *ARGUMENTS, "--payload", "http-2.0", "--cors", "x"], "Expecting value"),
        (["{requests}", *ARGUMENTS, "--stage-variable", "colour"], "a stage variable is NAME=VALUE"),
        (["{requests}", "--routes", "{mixed}", "--no-database"], "choose one API with --payload"),
    ],
)
def test_a_run_that_cannot_take_place_says_why(
    requests_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    mixed = tmp_path / "mixed.json"
    route = {"method": "GET", "module": "m", "function": "f"}
    mixed.write_text(json.dumps([{**route, "path": f"/{payload}", "payload": payload} for payload in ("1.0", "2.0")]))
    given = {"requests": requests_file, "mixed": str(mixed)}
    assert cli.main(["parity", *(argument.format(**given) for argument in arguments)]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ")
    assert words in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "src.lambdatwin.parity", "/nowhere.jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: /nowhere.jsonl: No such file or directory\n"


_INTERRUPTED = """
import asyncio, os, signal

async def handler(event, context):
    return {"statusCode": 200}

async def interrupted(event):
    if event["path"] == "/x/2":
        os.kill(os.getpid(), signal.SIGINT)
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            raise ValueError("rolled back") from None
    return {"statusCode": 200}

def lambda_handler(event, context):
    return asyncio.run(interrupted(event))
"""


def _lay_out(root: Path, handlers: str) -> list[str]:
    """The arguments of a run on this module."""
    (root / "handlers.py").write_text(handlers)
    route = {"method": "GET", "path": "/x/{id}", "module": "handlers", "function": "handler", "auth": None}
    (root / "routes.json").write_text(json.dumps([route]))
    lines = [json.dumps({"method": "GET", "path": f"/x/{number}"}) for number in range(1, 1000)]
    (root / "requests.jsonl").write_text("\n".join(lines))
    return [str(root / "requests.jsonl"), "--routes", str(root / "routes.json"), "--no-database"]


def test_ctrl_c_ends_a_run_though_a_handler_makes_an_error_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event loop makes a cancellation of it, and a handler may raise something else then."""
    fork(monkeypatch)
    monkeypatch.syspath_prepend(tmp_path)
    assert cli.main(["parity", *_lay_out(tmp_path, _INTERRUPTED)]) == 130
    shown = [line.split()[1] for line in capsys.readouterr().out.splitlines()[1:]]
    assert shown == ["line-1"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_ends_a_run_in_another_root_with_all_its_processes(tmp_path: Path) -> None:
    arguments = _lay_out(tmp_path, _INTERRUPTED.replace("os.kill", "print"))
    command = [sys.executable, "-m", "src.lambdatwin", "parity", *arguments, "--root", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        assert run.stdout is not None
        run.stdout.readline()
        run.stdout.readline()
        processes = psutil.Process(run.pid).children(recursive=True)
        run.send_signal(signal.SIGINT)
        run.stdout.read()
        assert run.wait(60) == 130
    assert processes
    assert [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
