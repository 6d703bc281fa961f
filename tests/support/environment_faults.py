"""Load on the backend of tests/foreign_sync: whose answer is whose, and what a killed environment leaves."""

import asyncio
import contextlib
import contextvars
import importlib
import itertools
import json
import logging
import os
import random
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]

from tests.support import foreign_sync
from tests.support.rest import LambdaContext, rest_event


def workers() -> list[psutil.Process]:
    """The processes of environments below this one."""
    return [one for one in psutil.Process().children(recursive=True) if "executors/start.py" in " ".join(_command(one))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


@dataclass(slots=True)
class Identities:
    """What went to another request than its own. `lines` are those of handlers that were looked at."""

    answers: int = 0
    mixed_answers: int = 0
    mixed_headers: int = 0
    lines: int = 0
    mixed_lines: int = 0


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = getattr(record, "fields", {})
        self.found.append((str(fields.get("request_id")), record.getMessage()))


async def identities(client: httpx.AsyncClient, requests: int, connections: int) -> Identities:
    """Ask functions who one is, `connections` at a time, each time as another user."""
    found, users, numbers = Identities(), dict[str, str](), iter(range(requests))
    handler, logger = _Lines(), logging.getLogger("lambdatwin.function")
    logger.addHandler(handler)

    async def ask() -> None:
        for number in numbers:
            user, path = f"u{number}.", foreign_sync.WHO[number % len(foreign_sync.WHO)]
            response = await client.get(path, headers={"X-User": user})
            users[response.headers["x-request-id"]] = user
            found.answers += 1
            found.mixed_answers += response.json() != {"user": user, "header": user}
            found.mixed_headers += response.headers["x-reader"] != user

    try:
        await asyncio.gather(*(ask() for _ in range(connections)))
    finally:
        logger.removeHandler(handler)
    for request_id, line in handler.found:
        found.lines += 1
        found.mixed_lines += users[request_id] not in line or (
            '"function_request_id"' in line and request_id not in line
        )
    return found


def identities_in_threads(folder: Path, requests: int) -> list[int]:
    """How many answers of each function carry another request's user when threads with contexts of their own run it."""
    users = _entry(folder / "functions/users", "handler", "lambda_handler", folder / foreign_sync.LAYER)
    library = _entry(folder / "functions/library", "app", "app")
    return [_mixed(entry, path, requests) for entry, path in zip((users, library), foreign_sync.WHO, strict=True)]


def _entry(root: Path, module: str, entry: str, *layers: Path) -> Any:
    before = set(sys.modules)
    sys.path[:0] = [str(root), *map(str, layers)]
    try:
        return getattr(importlib.import_module(module), entry)
    finally:
        del sys.path[: 1 + len(layers)]
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in (module, "answers", "chalicelib"):
                del sys.modules[name]


def _mixed(entry: Any, path: str, requests: int) -> int:
    def ask(number: int) -> bool:
        event = rest_event(path=path, headers={"X-User": f"u{number}"})
        event["requestContext"]["resourcePath"] = path
        result = contextvars.copy_context().run(entry, event, _Context())
        return bool(json.loads(result["body"])["user"] != f"u{number}")

    logging.disable(logging.CRITICAL)
    try:
        with ThreadPoolExecutor(16) as pool, contextlib.redirect_stdout(None):
            return sum(pool.map(ask, range(requests)))
    finally:
        logging.disable(logging.NOTSET)


class _Context(LambdaContext):
    memory_limit_in_mb = "128"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:test"


@dataclass(slots=True)
class Writes:
    """Answers by status, how often each id was written, and the ids that were answered with 201."""

    statuses: Counter[int] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    kills: int = 0

    @property
    def lost(self) -> set[str]:
        """Acknowledged, and not written exactly once."""
        return {one for one in self.acknowledged if self.written[one] != 1}


async def writes_under_kills(client: httpx.AsyncClient, ledger: Path, writes: int, pause: float, seed: int) -> Writes:
    """Write, eight at a time, while an environment is killed every `pause` seconds."""
    found, numbers = Writes(), iter(range(writes))

    async def write() -> None:
        for number in numbers:
            response = await client.post("/ledger", json={"id": f"w{number}"})
            found.statuses[response.status_code] += 1
            if response.status_code == 201:
                found.acknowledged.add(response.json()["id"])

    killing = asyncio.create_task(_kill_at_random(found, pause, random.Random(seed)))
    try:
        await asyncio.gather(*(write() for _ in range(8)))
    finally:
        killing.cancel()
    found.written = Counter(ledger.read_text(encoding="utf-8").split())
    return found


async def _kill_at_random(found: Writes, pause: float, rng: random.Random) -> None:
    while True:
        await asyncio.sleep(pause)
        alive = workers()
        if alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(rng.choice(alive).pid, signal.SIGKILL)
                found.kills += 1


async def recovery(client: httpx.AsyncClient) -> float:
    """Seconds from the death of all environments to the next answer that is one."""
    for process in workers():
        os.kill(process.pid, signal.SIGKILL)
    started = time.monotonic()
    for number in itertools.count():
        response = await client.post("/ledger", json={"id": f"after{number}"})
        if response.status_code == 201:
            return time.monotonic() - started
    raise AssertionError("unreachable")


@dataclass(frozen=True, slots=True)
class Usage:
    """Open descriptors and megabytes of this process, and the most that a worker holds."""

    descriptors: int
    megabytes: float
    workers: int
    largest_worker: float


def usage() -> Usage:
    """What is held now."""
    process, alive = psutil.Process(), workers()
    held = [one.memory_info().rss / 1e6 for one in alive]
    return Usage(process.num_fds(), process.memory_info().rss / 1e6, len(alive), max(held, default=0.0))
