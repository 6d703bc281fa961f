"""A page of the documentation, followed word for word: files are written, commands run, their output compared."""

import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
# It looks for the lines around a change in the whole file: the numbers on a page need not be those of today.
APPLY = "git apply -"
_SECONDS = 120.0
# On the page; a machine may have something else there.
_PORT = "8000"


@dataclass(frozen=True, slots=True)
class Step:
    """A file of the reader's repository, or a command with its input and the output that the page shows (None: any)."""

    file: str | None
    text: str
    shown: str | None = None
    given: str = ""


def steps(page: str) -> list[Step]:
    """`sh` blocks are commands whose output differs from time to time; `console` blocks show it. `diff` blocks are
    applied. A file with a star in its name is there already, and gets the text in the place of its functions."""
    found: list[Step] = []
    for language, file, text in _BLOCK.findall(page):
        if language == "console":
            found += [Step(None, command, shown) for command, shown in _COMMAND.findall(text)]
        elif language == "sh":
            found += [Step(None, command) for command in text.splitlines()]
        elif language == "diff":
            found.append(Step(None, APPLY, given=text))
        elif file:
            found.append(Step(file, text))
    return found


def follow(page: str, folder: Path, environment: Mapping[str, str], port: int, *, seconds: float = _SECONDS) -> int:
    """Do all steps in the folder; how many commands there were. Raises AssertionError with the command.

    `seconds` is for each command.
    """
    commands, environment = 0, {**environment, "PORT": str(port)}
    with ExitStack() as servers:
        for step in steps(page):
            text = step.text.replace(f":{_PORT}", f":{port}")
            if step.file is not None:
                _write(folder, step.file, text)
                continue
            commands += 1
            if text.endswith(" &"):
                servers.enter_context(_served(text.removesuffix(" &"), folder, environment, port))
            else:
                _run(replace(step, text=text), folder, environment, seconds)
    return commands


def _write(folder: Path, name: str, text: str) -> None:
    target = folder / name
    if "*" in name:
        (target,) = folder.glob(name)
        text = target.read_text(encoding="utf-8").partition("def ")[0] + text
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _run(step: Step, folder: Path, environment: Mapping[str, str], seconds: float) -> None:
    done = subprocess.run(
        ["sh", "-c", step.text],
        input=step.given,
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    if step.shown is None:
        assert done.returncode == 0, (step.text, step.given, done.stdout[-5000:])
    else:
        assert done.stdout.rstrip("\n") == step.shown.rstrip("\n"), (step.text, done.stdout)


@contextmanager
def _served(command: str, folder: Path, environment: Mapping[str, str], port: int) -> Iterator[None]:
    """A server until the block ends."""
    log = folder.parent / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            ["sh", "-c", f"exec {command}"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _await(f"http://127.0.0.1:{port}/health", log)
        yield
    finally:
        process.terminate()
        process.wait(_SECONDS)


def _await(url: str, log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        try:
            if httpx.get(url, trust_env=False, verify=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-3000:])
