"""Handlers in environments: one event at a time, as Lambda runs them, and nothing that one does costs another."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil
import pytest

from src.lambdatwin.lambda_runtime.deadlines import TimedOut
from src.lambdatwin.lambda_runtime.executors.environment import EnvironmentEnded, FunctionTimedOut, HandlerFailed
from src.lambdatwin.lambda_runtime.executors.functions import Function, grouped
from src.lambdatwin.lambda_runtime.executors.pool import Environments, TooBusy
from src.lambdatwin.lambda_runtime.marshalling import MalformedResult

pytestmark = pytest.mark.anyio
type Lines = list[tuple[str, str, str]]

HANDLERS = """
import asyncio, json, logging, os, select, signal, subprocess, sys, time
AT_IMPORT = os.environ.get("TABLE"), os.getcwd()
calls = 0

def counts(event, context):
    global calls
    calls += 1
    return {"calls": calls, "process": os.getpid()}

def sleeps(event, context):
    time.sleep(event.get("seconds", 60))
    return {"process": os.getpid()}

def says(event, context):
    return {"import": AT_IMPORT, "now": [os.environ.get("TABLE"), os.getcwd()], "path": sys.path[:2],
            "name": context.function_name, "id": context.aws_request_id,
            "left": context.get_remaining_time_in_millis(), "memory": context.memory_limit_in_mb,
            "variables": [os.environ["AWS_LAMBDA_FUNCTION_NAME"], os.environ["_HANDLER"], time.tzname[0]],
            "megabytes": os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
            "stream": [os.environ["AWS_LAMBDA_LOG_STREAM_NAME"], context.log_stream_name],
            "signals": [str(signal.getsignal(s)) for s in (signal.SIGHUP, signal.SIGUSR1)],
            "descriptors": len([fd for fd in os.listdir("/dev/fd") if int(fd) > 2])}

FLOOD = "import os, sys, time\\nend = time.time() + 20\\n"
FLOOD += "while time.time() < end and not os.path.exists(sys.argv[1]): os.write(1, b'y\\\\n' * 50_000)"

def floods(event, context):
    child = subprocess.Popen([sys.executable, "-c", FLOOD, event["until"]])
    while select.select([], [1], [], 0)[1]:
        pass  # until what it prints waits for the server
    return child.pid

def credentials(event, context):
    return [os.environ[f"AWS_{name}"] for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")]

def traced(event, context):
    return os.environ["_X_AMZN_TRACE_ID"]

def echoes(event, context):
    event["twice"][0].append("mine")
    return event

def prints(event, context):
    print(f"mine {event['me']}")
    logging.getLogger().error("logged %s", event["me"])
    os.write(1, b"\\xff\\xfe binary " + event["me"].encode() + b"\\n")
    subprocess.run(["/bin/echo", "of a child", event["me"]])
    print("no end", event["me"], end="")
    return event["me"]

def ends(event, context):
    match event["how"]:
        case "raise": raise ValueError("what went wrong")
        case "exit": sys.exit(3)
        case "cancelled": raise asyncio.CancelledError
        case "interrupted": raise KeyboardInterrupt
        case "surrogate": return "\\ud800"
        case "noted":
            error = ValueError("what went wrong")
            error.add_note("while something was done")
            raise error
        case "die": os._exit(3)
        case "leaves a child": os.system("sleep 60 &"); os._exit(3)
        case "abort": os.abort()
        case "closed": os.close(1); os.close(2)
        case "unprintable":
            class Odd(Exception):
                def __str__(self): raise RuntimeError
            raise Odd
        case "forks":
            if os.fork() == 0: time.sleep(60)
        case "both return": os.fork()
        case "large": return "x" * 7_000_000
        case "waits":
            child = os.fork()
            if child: return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            print("of the child", end="")
            sys.exit(3)
        case "grows": globals().update(held=b"x" * 60_000_000)
    return {"process": os.getpid()}

async def coroutine(event, context):
    return {}

class Callable:
    def __call__(self, event, context): return type(self).__name__
instance = Callable()
holder = type("Holder", (), {"entry": staticmethod(lambda event, context: "nested")})
"""


def function(folder: Path, entry: str, **given: Any) -> Function:
    return Function(given.pop("name", entry), (str(folder),), given.pop("file", "handler.py"), entry, **given)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "handler.py").write_text(HANDLERS, encoding="utf-8")
    return tmp_path


@asynccontextmanager
async def environments(*functions: Function, lines: Lines | None = None, **given: Any) -> AsyncIterator[Any]:
    """`invoke(function, event, seconds)` gives what the handler returned."""
    kept: Lines = [] if lines is None else lines
    pool = Environments(functions, lambda *line: kept.append(line), **given)

    async def invoke(function: Function, event: Any = None, *, request: str = "r1", seconds: float = 20) -> Any:
        return json.loads(await pool.invoke(function, {} if event is None else event, request, seconds))

    try:
        yield invoke
    finally:
        await pool.close()
    assert not children()


def children() -> list[int]:
    return [child.pid for child in psutil.Process().children(recursive=True) if "start.py" in " ".join(_command(child))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - of other processes
            await asyncio.sleep(0.01)


async def test_a_module_keeps_its_state_and_takes_one_event_at_a_time(code: Path) -> None:
    counts = function(code, "counts")
    async with environments(counts, limit=1) as invoke:
        answers = await asyncio.gather(*(invoke(counts) for _ in range(20)))
    assert [answer["calls"] for answer in answers] == list(range(1, 21))
    assert len({answer["process"] for answer in answers}) == 1


async def test_the_function_finds_what_lambda_would_give_it(code: Path) -> None:
    layer = code / "layer"
    layer.mkdir()
    says = replace(function(code, "says", environment=(("TABLE", "users"),)), roots=(str(code), str(layer)))
    async with environments(says) as invoke:
        answer = await invoke(says, request="request-7", seconds=12)
    assert answer["import"] == answer["now"] == ["users", str(code)]
    assert answer["path"] == [str(code), str(layer)]
    assert (answer["name"], answer["id"], answer["memory"]) == ("says", "request-7", "128")
    assert answer["megabytes"] == "128"
    assert 10_000 < answer["left"] <= 12_000
    assert answer["variables"] == ["says", "handler.says", "UTC"]
    assert len(set(answer["stream"])) == 1


async def test_the_function_finds_credentials_for_a_local_server(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three, as in Lambda: code that signs requests itself reads the token as well."""
    credentials = function(code, "credentials")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    async with environments(credentials) as invoke:
        assert await invoke(credentials) == ["local"] * 3


async def test_the_function_finds_the_trace_of_its_event(code: Path) -> None:
    traced, root = function(code, "traced"), "Root=1-6a5145a8-536f3e792f6be9b44c1f46fa"
    async with environments(traced) as invoke:
        made = await invoke(traced, {"headers": {"x-amzn-trace-id": root}})
        sampled = await invoke(traced, {"headers": {"X-Amzn-Trace-Id": f"{root};Sampled=1"}})
        own = await invoke(traced, {"authorizationToken": "t"})
    parent = sha256(b"r1").hexdigest()[:16]
    assert (made, sampled) == (f"{root};Parent={parent};Sampled=0", f"{root};Sampled=1;Parent={parent}")
    assert re.fullmatch(f"Root=1-[0-9a-f]{{8}}-[0-9a-f]{{24}};Parent={parent};Sampled=0", own)


async def test_functions_that_share_an_environment_have_their_own_memory(code: Path) -> None:
    small = function(code, "says")
    large = replace(small, name="large", memory=512)
    async with environments(small, large, limit=1) as invoke:
        answers = [await invoke(one) for one in (large, small, large)]
    assert [answer["memory"] for answer in answers] == ["512", "128", "512"]
    assert [answer["megabytes"] for answer in answers] == ["512", "128", "512"]


async def test_nothing_of_the_server_is_inherited(code: Path) -> None:
    before = signal.signal(signal.SIGUSR1, signal.SIG_IGN), signal.signal(signal.SIGHUP, lambda *_: None)
    says = function(code, "says")
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    try:
        async with environments(says) as invoke:
            answer = await invoke(says)
    finally:
        signal.signal(signal.SIGUSR1, before[0])
        signal.signal(signal.SIGHUP, before[1])
        os.close(reader)
        os.close(writer)
    assert answer["signals"] == [str(signal.SIG_DFL)] * 2
    assert answer["descriptors"] == 3  # the socket, the memory's figures, and the folder that is listed


async def test_an_event_arrives_as_json_would_bring_it(code: Path) -> None:
    echoes, lines = function(code, "echoes"), ["a"]
    event = {"body": "é\u2028😀" * 300_000, "none": None, "flag": True, "n": 1.5, "big": 2**70, "twice": [lines, lines]}
    async with environments(echoes) as invoke:
        answer = await invoke(echoes, event)
    # In JSON what stands there twice is two things.
    assert answer == {**event, "twice": [["a", "mine"], ["a"]]}


async def test_lines_carry_the_function_and_the_request_that_wrote_them(code: Path) -> None:
    prints, lines = function(code, "prints"), list[tuple[str, str, str]]()
    async with environments(prints, lines=lines, limit=2) as invoke:
        answers = await asyncio.gather(*(invoke(prints, {"me": f"u{n}"}, request=f"r{n}") for n in range(40)))
    assert answers == [f"u{n}" for n in range(40)]
    assert len(lines) == 200
    assert {name for name, _, _ in lines} == {"prints"}
    assert all(line.rsplit(None, 1)[-1] == f"u{request[1:]}" for _, request, line in lines)
    assert any("\\xff\\xfe binary" in line for *_, line in lines)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("raise", HandlerFailed),
        ("exit", HandlerFailed),
        ("unprintable", HandlerFailed),
        ("die", EnvironmentEnded),
        ("leaves a child", EnvironmentEnded),
        ("abort", EnvironmentEnded),
        ("large", MalformedResult),
        ("closed", None),
        ("forks", None),
        ("both return", None),
    ],
)
async def test_a_handler_that_misbehaves_costs_no_other_request(
    code: Path, how: str, error: type[Exception] | None
) -> None:
    ends, counts = function(code, "ends"), function(code, "counts")
    async with environments(ends, counts, limit=1) as invoke:
        if error is None:
            await invoke(ends, {"how": how})
        else:
            with pytest.raises(error):
                await invoke(ends, {"how": how})
        assert [(await invoke(counts))["calls"] for _ in range(2)] == [1, 2]


@pytest.mark.parametrize(
    ("how", "calls"), [("raise", 2), ("exit", 1), ("cancelled", 1), ("interrupted", 1), ("surrogate", 1)]
)
async def test_what_the_runtime_does_not_catch_ends_the_process(code: Path, how: str, calls: int) -> None:
    ends, counts = function(code, "ends"), function(code, "counts")
    async with environments(ends, counts, limit=1) as invoke:
        await invoke(counts)
        with pytest.raises((HandlerFailed, MalformedResult)):
            await invoke(ends, {"how": how})
        assert (await invoke(counts))["calls"] == calls


async def test_a_process_that_prints_for_ever_holds_up_no_answer(code: Path) -> None:
    floods, until = function(code, "floods"), code / "until"
    async with environments(floods) as invoke:
        child = psutil.Process(await invoke(floods, {"until": str(until)}))
        is_running = child.is_running() and child.status() != psutil.STATUS_ZOMBIE
        until.touch()
    assert is_running


async def test_a_child_that_a_handler_forks_ends_as_it_says(code: Path) -> None:
    ends, lines = function(code, "ends"), list[tuple[str, str, str]]()
    async with environments(ends, lines=lines) as invoke:
        assert [await invoke(ends, {"how": "waits"}) for _ in range(2)] == [3, 3]
    assert [text for _, _, text in lines] == ["of the child"] * 2


async def test_a_server_that_stops_while_a_process_starts_logs_no_traceback(code: Path) -> None:
    ends, lines = function(code, "ends"), list[tuple[str, str, str]]()
    async with environments(ends, lines=lines, limit=1) as invoke:
        with pytest.raises(HandlerFailed):
            await invoke(ends, {"how": "exit"})
    assert not lines


async def test_the_reason_is_the_exception_and_no_note_of_it(code: Path) -> None:
    ends = function(code, "ends")
    async with environments(ends) as invoke:
        with pytest.raises(HandlerFailed) as raised:
            await invoke(ends, {"how": "noted"})
    assert raised.value.reason == "ValueError: what went wrong"
    assert raised.value.traceback.endswith("while something was done")


async def test_an_exception_is_told_with_its_traceback_and_place(code: Path) -> None:
    ends = function(code, "ends")
    async with environments(ends) as invoke:
        with pytest.raises(HandlerFailed) as raised:
            await invoke(ends, {"how": "raise"})
    failed = raised.value
    line = HANDLERS.splitlines().index('        case "raise": raise ValueError("what went wrong")') + 1
    assert (failed.reason, failed.imported) == ("ValueError: what went wrong", True)
    assert failed.place == f"{code}/handler.py:{line}"
    assert failed.traceback.startswith("Traceback")
    assert "lambda_runtime" not in failed.traceback


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def handler(:\n", "SyntaxError"),
        ("import no_such_module\n", "ModuleNotFoundError"),
        ("x = 1\n1 / 0\n", "ZeroDivisionError"),
        ("raise SystemExit\n", "SystemExit"),
        ("other = 1\n", "AttributeError"),
    ],
)
async def test_a_handler_that_cannot_be_imported(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "handler.py").write_text(text, encoding="utf-8")
    handler = function(tmp_path, "handler")
    async with environments(handler) as invoke:
        for _ in range(2):
            with pytest.raises(HandlerFailed, match=reason) as raised:
                await invoke(handler)
            assert not raised.value.imported
    if reason != "AttributeError":
        assert raised.value.place == f"{tmp_path}/handler.py:{len(text.splitlines())}"


async def test_an_import_that_ends_the_process_fails_its_own_requests_only(code: Path) -> None:
    (code / "deadly.py").write_text("import os\nos._exit(1)\n", encoding="utf-8")
    deadly, counts = function(code, "handler", file="deadly.py"), function(code, "counts")
    async with environments(deadly, counts, limit=2) as invoke:
        for _ in range(2):
            with pytest.raises(EnvironmentEnded):
                await invoke(deadly)
            await invoke(counts)


async def test_entries_of_any_kind_in_folders_that_python_cannot_name(code: Path) -> None:
    for folder in ("get-user", "lambda", "1st", "v1.2", "json"):
        (code / folder).mkdir()
        (code / folder / "index.py").write_text(f"def handler(event, context): return {folder!r}\n", encoding="utf-8")
    named = [
        function(code, "handler", file=f"{folder}/index.py", name=folder)
        for folder in ("get-user", "lambda", "1st", "v1.2", "json")
    ]
    instance, nested = function(code, "instance"), function(code, "holder.entry")
    async with environments(*named, instance, nested, limit=1) as invoke:
        assert [await invoke(one) for one in named] == [one.name for one in named]
        assert [await invoke(one) for one in (instance, nested)] == ["Callable", "nested"]


async def test_a_coroutine_is_no_answer(code: Path) -> None:
    coroutine = function(code, "coroutine")
    async with environments(coroutine) as invoke:
        with pytest.raises(MalformedResult, match=r"Runtime\.MarshalError: Object of type coroutine"):
            await invoke(coroutine)


async def test_time_limits_of_the_function_and_of_the_gateway(code: Path) -> None:
    slow, patient = function(code, "sleeps", timeout=0.2), function(code, "sleeps", timeout=60.0, name="patient")
    counts = function(code, "counts")
    async with environments(slow, patient, counts, limit=1) as invoke:
        with pytest.raises(FunctionTimedOut):
            await invoke(slow)
        with pytest.raises(TimedOut):
            await invoke(patient, seconds=0.2)
        assert (await invoke(counts))["calls"] == 1


async def test_the_time_limit_begins_after_the_import(tmp_path: Path) -> None:
    (tmp_path / "quick.py").write_text("def handler(event, context): return 1", encoding="utf-8")
    text = "import time\ntime.sleep(0.6)\ndef handler(event, context):\n    time.sleep(event['seconds'])\n    return 2"
    (tmp_path / "slow.py").write_text(text, encoding="utf-8")
    quick = function(tmp_path, "handler", file="quick.py", name="quick")
    slow = function(tmp_path, "handler", file="slow.py", name="slow", timeout=0.5)
    async with environments(quick, slow, limit=1) as invoke:
        assert await invoke(quick) == 1
        assert await invoke(slow, {"seconds": 0}) == 2
        with pytest.raises(FunctionTimedOut):
            await invoke(slow, {"seconds": 60})
    async with environments(quick, slow, limit=1) as invoke:
        assert await invoke(quick) == 1
        with pytest.raises(FunctionTimedOut):
            await invoke(slow, {"seconds": 60})


async def test_an_event_runs_to_its_end_though_its_caller_left(code: Path) -> None:
    sleeps, counts = function(code, "sleeps"), function(code, "counts")
    async with environments(sleeps, counts, limit=1) as invoke:
        first = await invoke(sleeps, {"seconds": 0})
        left = asyncio.create_task(invoke(sleeps, {"seconds": 0.3}))
        await asyncio.sleep(0.1)
        left.cancel()
        waits = asyncio.create_task(invoke(counts))
        await asyncio.sleep(0.1)
        assert not waits.done()
        assert (await waits)["process"] == first["process"]


async def test_a_caller_that_leaves_the_queue_takes_no_environment(code: Path) -> None:
    sleeps, counts = function(code, "sleeps"), function(code, "counts")
    async with environments(sleeps, counts, limit=1) as invoke:
        running = asyncio.create_task(invoke(sleeps, {"seconds": 0.3}))
        waiting = [asyncio.create_task(invoke(counts)) for _ in range(3)]
        await asyncio.sleep(0.1)
        for task in waiting[:2]:
            task.cancel()
        await running
        assert (await waiting[2])["calls"] == 1
        assert (await invoke(counts))["calls"] == 2


async def test_an_event_that_has_waited_too_long_is_not_begun(code: Path) -> None:
    sleeps, counts = function(code, "sleeps"), function(code, "counts")
    async with environments(sleeps, counts, limit=1) as invoke:
        running = asyncio.create_task(invoke(sleeps, {"seconds": 0.3}))
        await asyncio.sleep(0)  # it comes first
        with pytest.raises(TimedOut):
            await invoke(counts, seconds=0.1)
        answer = await invoke(counts)
        assert (answer["calls"], answer["process"]) == (1, (await running)["process"])


async def test_a_full_queue_refuses(code: Path) -> None:
    sleeps = function(code, "sleeps")
    async with environments(sleeps, limit=1, queue=2) as invoke:
        accepted = [asyncio.create_task(invoke(sleeps, {"seconds": 0.1})) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            await invoke(sleeps)
        await asyncio.gather(*accepted)
        await invoke(sleeps, {"seconds": 0})


async def test_environments_grow_to_the_limit_and_one_that_is_killed_is_replaced(code: Path) -> None:
    sleeps = function(code, "sleeps")
    async with environments(sleeps, limit=3) as invoke:
        answers = await asyncio.gather(*(invoke(sleeps, {"seconds": 0.3}) for _ in range(9)))
        processes = {answer["process"] for answer in answers}
        assert len(processes) == 3
        os.kill(min(processes), signal.SIGKILL)
        await until(lambda: len(children()) == 3 and min(processes) not in children())


async def test_one_that_holds_too_much_is_replaced_after_its_answer(code: Path) -> None:
    ends, counts = function(code, "ends"), function(code, "counts")
    async with environments(ends, counts, limit=1, memory=60) as invoke:
        first = (await invoke(counts))["process"]
        assert (await invoke(counts))["process"] == first
        assert (await invoke(ends, {"how": "grows"}))["process"] == first
        assert (await invoke(counts))["calls"] == 1


async def test_groups_share_the_limit_and_none_starves(tmp_path: Path) -> None:
    functions = []
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).mkdir()
        text = f"import time\ndef handler(event, context):\n    time.sleep(0.02)\n    return {name!r}\n"
        (tmp_path / name / "handler.py").write_text(text, encoding="utf-8")
        functions.append(function(tmp_path / name, "handler", name=name))
    assert len(grouped(functions)) == 4
    async with environments(*functions, limit=2) as invoke:
        answers = await asyncio.gather(*(invoke(one, seconds=60) for one in functions * 5))
    assert answers == ["a", "b", "c", "d"] * 5


async def test_busy_groups_take_no_environment_from_each_other(tmp_path: Path) -> None:
    functions = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        text = "import os, time\ndef handler(event, context):\n    time.sleep(event['seconds'])\n    return os.getpid()"
        (tmp_path / name / "handler.py").write_text(text, encoding="utf-8")
        functions.append(function(tmp_path / name, "handler", name=name))
    async with environments(*functions, limit=2) as invoke:
        first = [await invoke(one, {"seconds": 0}) for one in functions]
        for waits, idles in (functions, functions[::-1]) * 5:
            # Three events for one group, while the other one has nothing to do for some milliseconds.
            answers = [invoke(waits, {"seconds": 0.005}) for _ in range(3)]
            assert set(await asyncio.gather(invoke(idles, {"seconds": 0}), *answers)) == set(first)


async def test_functions_share_unless_a_name_or_a_variable_means_two_things(tmp_path: Path) -> None:
    for folder, files in {
        "one": ["app.py", "tests/test_app.py", "README.md"],
        "two": ["main.py", "tests/test_main.py", "README.md", "pictures/app.png"],
        "three": ["app.py"],
        "four": ["app/__init__.py"],
    }.items():
        for file in files:
            path = tmp_path / folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("", encoding="utf-8")
    one, three, four = (function(tmp_path / name, "f", file="app.py", name=name) for name in ("one", "three", "four"))
    two = function(tmp_path / "two", "f", file="main.py", name="two")
    here = replace(one, name="here", environment=(("TABLE", "x"),))
    there = replace(one, name="there", environment=(("TABLE", "y"),))
    groups = grouped([one, two, three, four, here, there])
    assert [[f.name for f in group.functions] for group in groups] == [
        ["one", "two", "here"],
        ["three"],
        ["four"],
        ["there"],
    ]
