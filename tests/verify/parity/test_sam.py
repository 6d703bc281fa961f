"""SAM CLI's local gateway as the other side: where it differs, a better source decides against it.

SAM CLI is AWS's code, but no API Gateway. The package needs an environment of its own:

    python3 -m venv .local/emulator && .local/emulator/bin/pip install aws-sam-cli

`SAM_CLI_PYTHON` may name its interpreter instead. Without it this proof does not take place, and says so.
"""

import asyncio
import json
import socket
import subprocess
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from src.lambdatwin.gateway.api import HttpApi, RestApi
from tests.integration.lambdatwin.server.served import served
from tests.support.answer_facts import ANSWER_FACTS, AnswerFact
from tests.support.environment import GIVEN
from tests.support.own_values import without_own_values
from tests.support.routing_facts import ROUTING_FACTS, RoutingFact
from tests.support.toy_gateway import toy_router
from tests.verify.parity.sam_differences import ANSWERS, EVENTS, ROUTES, Difference

pytestmark = pytest.mark.anyio

type Kind = Literal["rest", "http-1.0", "http-2.0"]
KINDS: tuple[Kind, ...] = ("rest", "http-1.0", "http-2.0")
_START_SECONDS = 60
_PROXY = ("ANY", "/{proxy+}", "echo")
_ITEM = ("GET", "/items/{id}", "echo")
_RESULTS = ("GET", "/results/{number}", "results")
_OWN_LINES = {"date", "server", "connection", "x-request-id", "content-length", "apigw-requestid", "x-amzn-errortype"}
_TIMES = {"requestId", "requestTime", "requestTimeEpoch", "time", "timeEpoch"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request without the lines that all have."""

    line: str
    headers: tuple[str, ...] = ()
    body: bytes = b""

    def bytes(self, accept: str = "*/*") -> bytes:
        """What goes over the socket."""
        lines = [self.line + " HTTP/1.1", "Host: abc.api.test", "User-Agent: tests/1", f"Accept: {accept}"]
        lines += ["Connection: close", *self.headers]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Got:
    """An answer without the lines that are each server's own."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def without_type(self) -> tuple[object, ...]:
        """The rest of it."""
        return self.status, [line for line in self.headers if line[0] != "content-type"], self.body


REQUESTS = (
    Asked("GET /a"),
    Asked("GET /a/"),
    Asked("GET /a?x=1&x=2&plus=a+b&encoded=a%2Bb&empty=&flag"),
    Asked("GET /a?x=1;y=2"),
    Asked("GET /a%20b/c%2Fd"),
    Asked("GET /items/a%20b"),
    Asked("GET /a", ("Cookie: a=1; b=2",)),
    Asked("GET /a", ("X-A: 1", "x-a: 2")),
    Asked("POST /a", ("Content-Type: application/json",), b"{}"),
    Asked("POST /a", ("Content-Type: text/plain; charset=utf-8",), "\u03bb".encode()),
    Asked("POST /a", ("Content-Type: application/x-www-form-urlencoded",), b"a=b"),
    Asked("POST /a", (), b"a=b"),
    Asked("POST /a", ("Content-Type: image/png",), b"\x89PNG"),
    Asked("POST /a", ("Content-Type: application/json",), b"\xff"),
    Asked("GET /a", ("TE: trailers", "Max-Forwards: 1")),
    Asked("GET /a", ("X-Api-Key: k",)),
)


def _interpreter() -> Path | None:
    named = GIVEN.get("SAM_CLI_PYTHON")
    found = Path(named) if named else Path(".local/emulator/bin/python")
    return found if found.exists() else None


@pytest.fixture(autouse=True)
def _needs_sam() -> None:
    if _interpreter() is None:
        pytest.skip("SAM parity: NOT RUN, there is no aws-sam-cli (see the head of this file)")


async def test_events(tmp_path: Path) -> None:
    found: set[tuple[str, str]] = set()
    for kind in KINDS:
        types = ("image/png",) if kind == "rest" else ()
        async with _both(tmp_path, kind, (_PROXY, _ITEM, _RESULTS), types=types) as (sam, ours):
            for asked in REQUESTS:
                theirs, mine = await _told(sam, asked.bytes()), await _told(ours, asked.bytes())
                if theirs.status != mine.status:
                    found.add((kind, "status"))
                    continue
                found |= {(kind, place) for place in _places(_comparable(theirs.body), _comparable(mine.body))}
    assert found == _listed(EVENTS)
    print(f"\nSAM parity: {len(REQUESTS)} requests in three modes, {len(EVENTS)} reasons for {len(found)} places")


async def test_answers(tmp_path: Path) -> None:
    facts = [fact for fact in ANSWER_FACTS if _is_json(fact.result)]
    results = [fact.result for fact in facts]
    found: set[tuple[str, str]] = set()
    for kind in KINDS:
        for types in {fact.binary for fact in facts}:
            asked = [(n, fact) for n, fact in enumerate(facts) if kind in fact.modes and fact.binary == types]
            async with _both(tmp_path, kind, (_RESULTS,), results, types) as (sam, ours):
                for number, fact in asked:
                    request = Asked(f"GET /results/{number}").bytes(fact.accept or "")
                    place = _place(fact, await _told(sam, request), await _told(ours, request))
                    found |= {(kind, place)} if place else set()
    assert found == _listed(ANSWERS)


async def test_routes(tmp_path: Path) -> None:
    """All facts in one API, each below a path of its own: what is said of the root itself is left out."""
    found: set[tuple[str, str]] = set()
    for kind in ("rest", "http-1.0"):
        facts = [fact for fact in ROUTING_FACTS if fact.source.rank != "?" and _is_below(fact, kind)]
        routes = [(*_prefixed(number, key), "echo") for number, fact in enumerate(facts) for key in fact.routes]
        table: Any = (RestApi() if kind == "rest" else HttpApi("1.0")).routes()
        for method, resource, _ in routes:
            table.add(method, resource, resource)
        async with _sam(tmp_path, kind, routes) as port:
            for number, fact in enumerate(facts):
                path = f"/f{number}{fact.path}"
                got = await _told(port, Asked(f"{fact.method} {path}").bytes())
                theirs = json.loads(got.body)["resource"] if got.status == 200 and got.body else got.status
                mine = table.match(fact.method, path)
                if fact.method == "HEAD":
                    theirs = theirs if got.status != 200 else mine and mine[0]  # an answer without a body tells nothing
                if (theirs if isinstance(theirs, str) else None) != (mine and mine[0]):
                    found.add((kind, fact.name))
    assert found == _listed(ROUTES)


def _listed(differences: Iterable[Difference]) -> set[tuple[str, str]]:
    return {(kind, place) for one in differences for kind in one.kinds for place in one.places}


def _place(fact: AnswerFact, theirs: Got, mine: Got) -> str | None:
    """What differs: the fact, or only the type of what has none; the facts of one rule have one name."""
    if theirs == mine:
        return None
    if theirs.without_type() == mine.without_type():
        return "content-type"
    for rule in ("REST renames", "HTTP drops"):
        if fact.name.startswith(rule):
            return f"{rule} headers"
    return fact.name.partition(":")[0]


def _is_json(result: Any) -> bool:
    """Whether SAM's own protocol carries it; the largest one takes too long."""
    try:
        return len(json.dumps(result)) < 1_000_000
    except TypeError:
        return False


def _is_below(fact: RoutingFact, kind: str) -> bool:
    root = (
        fact.path == "/" or fact.path.startswith("//") or any(key.endswith((" /", "$default")) for key in fact.routes)
    )
    return fact.api == kind.partition("-")[0] and not root


def _prefixed(number: int, key: str) -> tuple[str, str]:
    method, path = key.split(" ")
    return method, f"/f{number}{path}"


def _comparable(body: bytes) -> dict[str, Any]:
    """An event without times, ids and the case of header names."""
    event = json.loads(body)
    for key in ("headers", "multiValueHeaders"):
        if key in event:
            event[key] = {name.lower(): value for name, value in event[key].items()}
    event = without_own_values(event)
    context = {name: value for name, value in event["requestContext"].items() if name not in _TIMES}
    return {**event, "requestContext": context}


def _places(theirs: Any, mine: Any, above: str = "") -> Iterator[str]:
    if not isinstance(theirs, Mapping) or not isinstance(mine, Mapping):
        if theirs != mine:
            yield above
        return
    missing: Any = object()
    for name in theirs.keys() | mine.keys():
        place = f"{above}.{name}" if above else name
        yield from _places(theirs.get(name, missing), mine.get(name, missing), place)


@asynccontextmanager
async def _both(
    folder: Path,
    kind: Kind,
    routes: Sequence[tuple[str, str, str]],
    results: Sequence[Any] = (),
    types: Sequence[str] = (),
) -> AsyncIterator[tuple[int, int]]:
    """The ports of SAM's gateway and of ours, with the stage `live`."""

    async def echo(event: dict[str, Any], context: Any) -> Any:
        return {"statusCode": 200, "body": json.dumps(event)}

    async def told(event: dict[str, Any], context: Any) -> Any:
        return results[int(event["pathParameters"]["number"])]

    handlers = {"echo": echo, "results": told}
    (method, path, name), *others = routes
    more = [toy_router(handlers[function], method=verb, path=resource) for verb, resource, function in others]
    settings: dict[str, Any] = {"gateway_payload": kind, "gateway_stage": "live", "binary_media_types": tuple(types)}
    async with (
        _sam(folder, kind, routes, results, types) as port,
        served(handlers[name], method=method, path=path, more=more, **settings) as ours,
    ):
        yield port, ours.port


@asynccontextmanager
async def _sam(
    folder: Path,
    kind: Kind,
    routes: Sequence[tuple[str, str, str]],
    results: Sequence[Any] = (),
    types: Sequence[str] = (),
) -> AsyncIterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    told = folder / "sam.json"
    fields = {"kind": kind, "port": port, "stage": "live", "binary": types, "routes": routes, "results": results}
    told.write_text(json.dumps(fields))
    program = Path(__file__).with_name("sam_side.py")
    with (folder / "sam.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: ASYNC220 - it starts at once
            [str(_interpreter()), str(program), str(told)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            await _await_port(port)
            yield port
        finally:
            process.kill()  # on SIGTERM it raises in the midst of a request, and goes on
            process.wait(30)


async def _await_port(port: int) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def _told(port: int, request: bytes) -> Got:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head, _, body = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")
    writer.close()
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = ((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    kept = tuple(sorted((name, value) for name, value in pairs if name not in _OWN_LINES))
    return Got(int(status.split()[1]), kept, body)
