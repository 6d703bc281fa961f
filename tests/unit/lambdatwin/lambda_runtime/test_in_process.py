"""Handlers in the server's own process, for a debugger."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from src.lambdatwin.lambda_runtime.executors.environment import HandlerFailed
from src.lambdatwin.lambda_runtime.executors.functions import Function
from src.lambdatwin.lambda_runtime.executors.in_process import InProcess
from src.lambdatwin.lambda_runtime.marshalling import MalformedResult

pytestmark = pytest.mark.anyio

HANDLER = """
import os, helper
def handler(event, context):
    if event.get("stop"): breakpoint()
    if event.get("exit"): raise SystemExit
    if event.get("odd"): return object()
    return [helper.NAME, os.getcwd(), os.environ["NAME_OF_IT"], context.function_name]
"""


@pytest.fixture
def functions(tmp_path: Path) -> list[Function]:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "handler.py").write_text(HANDLER, encoding="utf-8")
        (tmp_path / name / "helper.py").write_text(f"NAME = {name!r}\n", encoding="utf-8")
        variables = (("NAME_OF_IT", name),)
        found.append(Function(name, (str(tmp_path / name),), "handler.py", "handler", environment=variables))
    return found


@pytest.fixture(autouse=True)
def _variables() -> Iterator[None]:
    """What the functions set is taken back."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


async def test_a_breakpoint_stops_in_the_servers_own_process(
    functions: list[Function], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[int] = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: stopped.append(os.getpid()))
    await InProcess(functions).invoke(functions[0], {"stop": True}, "r1", 20)
    assert stopped == [os.getpid()]


async def test_modules_of_one_name_stay_apart_and_the_server_keeps_its_own(functions: list[Function]) -> None:
    executor, folder, path, modules = InProcess(functions), os.getcwd(), list(sys.path), set(sys.modules)
    for function in (*functions, *functions):
        answer = json.loads(await executor.invoke(function, {}, "r1", 20))
        assert answer == [function.name, function.roots[0], function.name, function.name]
    assert (os.getcwd(), sys.path) == (folder, path)
    assert not {"handler", "helper"} & (set(sys.modules) - modules)


async def test_what_a_handler_raises_is_told_as_from_an_environment(functions: list[Function]) -> None:
    executor = InProcess(functions)
    with pytest.raises(HandlerFailed) as failed:
        await executor.invoke(functions[0], {"exit": True}, "r1", 20)
    assert failed.value.place == f"{functions[0].roots[0]}/handler.py:5"
    with pytest.raises(MalformedResult):
        await executor.invoke(functions[0], {"odd": True}, "r1", 20)
