"""Requests that no correct client sends, over the socket: line, headers and body, from a seed."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.kit.servers import ROOT

# Without a secret, webhooks are a rightful 503.
CONFIGURED = {"TYPEFORM_WEBHOOK_SECRET": "fuzz" * 8}
_SECONDS = 20.0
# What a server says to `Expect: 100-continue` is not its answer yet.
_GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
_ODD = (
    b"%00", b"%2F", b"%2e%2e", b"%ZZ", b"%", b"//", b"..", b";x=1", b"\xff", b"caf\xc3\xa9", b"%F0%9F%8D%8E",
    b"{id}", b"'", b'"', b"<a>", b"\\", b"|", b"^", b"*", b"+", b"null", b"-1", b"99999999999999999999",
    b"0", b"a" * 300, b"%C0%AF", b"#f",
)  # fmt: skip
_KEYS = (b"limit", b"skip", b"sort", b"name", b"tags", b"created-at-gte", b"is_food", b"x", b"limit[]", b"")
_METHODS = (
    b"GET",
    b"POST",
    b"PUT",
    b"PATCH",
    b"DELETE",
    b"HEAD",
    b"OPTIONS",
    b"TRACE",
    b"PROPFIND",
    b"get",
    b"BREW",
    b"",
)
_BODIES = (
    b"", b"{}", b"[]", b"null", b"0", b'"x"', b"{", b'{"a":', b"\xff\xfe\x00", b"\x00" * 50, b'{"name": "\\ud800"}',
    b'{"name": "\\u0000"}', b'{"name": 1e999}', b"[" * 5000, b'{"a":' * 3000, b'{"name": "x", "name": "y"}', b"NaN",
    b'{"n": ' + b"9" * 5000 + b"}", b"a=b&c=d", b"--x\r\n\r\n--x--",
)  # fmt: skip

_FRAMINGS = (
    b"Content-Length: -1\r\n\r\n",
    b"Content-Length: x\r\n\r\n",
    b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
    b"",
    b"\r\n",
)


@dataclass(slots=True)
class Findings:
    """How the server answered: status 0 is a connection that it closed without a word."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[tuple[str, bytes]] = field(default_factory=list)


async def fuzz(port: int, token: str, requests: int, seed: int, clients: int = 16) -> Findings:
    """Send this many requests; a fault is a 5xx, or no end within 20 seconds."""
    findings, numbers, maker = Findings(), iter(range(requests)), _Maker(seed, token)

    async def client() -> None:
        for _ in numbers:
            await _one(port, maker.request(), findings)

    await asyncio.gather(*(client() for _ in range(clients)))
    return findings


async def _one(port: int, data: bytes, findings: Findings) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(_SECONDS):
            writer.write(data)
            head = await _first(reader, writer)
            while await reader.read(65_536):
                pass
        status = int(head[9:12]) if head.startswith(b"HTTP/1.") else 0
        findings.statuses[status] += 1
        if status >= 500:
            findings.faults.append((f"status {status}", data))
    except TimeoutError:
        findings.faults.append(("no end", data))
    except ConnectionError:
        findings.statuses[0] += 1
    finally:
        writer.close()


async def _first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The first bytes of the answer; a server that waits for the rest of a body hears that there is none."""
    head = _GO_ON
    while head == _GO_ON:
        try:
            async with asyncio.timeout(1):
                head = await reader.read(65_536)
        except TimeoutError:
            writer.write_eof()
            head = await reader.read(65_536)
    return head.removeprefix(_GO_ON)


class _Maker:
    def __init__(self, seed: int, token: str) -> None:
        self._random = random.Random(seed)
        self._token = token.encode()
        document = json.loads((ROOT / "generated" / "openapi.json").read_text())
        self._routes = [
            (method.upper(), path)
            for path, one in document["paths"].items()
            for method in one
            if "x-lambda-handler" in one[method]
        ]
        self._schemas = [
            list(one.get("properties", {})) for one in document.get("components", {}).get("schemas", {}).values()
        ]

    def request(self) -> bytes:
        draw, choose = self._random.random, self._random.choice
        method, template = choose(self._routes)
        verb = method.encode() if draw() < 0.8 else choose(_METHODS)
        body = self._body() if draw() < 0.6 else b""
        lines = [
            verb
            + b" "
            + self._target(template)
            + (b" HTTP/1.1" if draw() < 0.97 else choose((b" HTTP/1.0", b"", b" HTTP/2")))
        ]
        lines += [b"Host: api.test", b"Connection: close", *self._headers()]
        return b"\r\n".join(lines) + b"\r\n" + self._framed(body)

    def _target(self, template: str) -> bytes:
        path = b"/".join(self._segment(part) for part in template.split("/"))
        if self._random.random() < 0.1:
            path += self._odd()
        pairs = [
            self._random.choice(_KEYS) + self._random.choice((b"=", b"", b"==")) + self._odd()
            for _ in range(self._random.choice((0, 0, 1, 2, 5, 120)))
        ]
        return path + (b"?" + b"&".join(pairs) if pairs else b"")

    def _segment(self, part: str) -> bytes:
        if not part.startswith("{"):
            return part.encode()
        known = b"11111111-1111-4111-8111-111111111111"
        return known if self._random.random() < 0.4 else self._odd()

    def _odd(self) -> bytes:
        makers: tuple[Callable[[], bytes], ...] = (
            lambda: self._random.choice(_ODD),
            lambda: self._random.choice(_ODD) + self._random.choice(_ODD),
            lambda: bytes(self._random.choice(b"abcdef0123456789%-_.~") for _ in range(self._random.randrange(1, 40))),
        )
        return self._random.choice(makers)()

    def _headers(self) -> list[bytes]:
        lines = []
        if self._random.random() < 0.7:
            lines.append(b"Authorization: Bearer " + self._token)
        for _ in range(self._random.choice((0, 0, 1, 3, 40))):
            name = self._random.choice(
                (
                    b"X-A",
                    b"Accept",
                    b"Cookie",
                    b"Origin",
                    b"Expect",
                    b"Authorization",
                    b"Content-Type",
                    b"X-Forwarded-For",
                    b"Upgrade",
                )
            )
            lines.append(
                name + b": " + self._random.choice((self._odd(), b"100-continue", b"*/*", b"a=b; c", b"x" * 900, b""))
            )
        return lines

    def _body(self) -> bytes:
        if self._random.random() < 0.5:
            return self._random.choice(_BODIES)
        keys = self._random.choice(self._schemas) or ["name"]
        values: tuple[object, ...] = (
            None,
            True,
            0,
            -1,
            1e300,
            "",
            "x",
            "x" * 10_000,
            [],
            {},
            [None],
            {"a": {}},
            "2026-01-01",
            2**70,
            "\x00",
        )
        chosen = self._random.sample(keys, min(len(keys), self._random.randrange(1, 8)))
        return json.dumps({key: self._random.choice(values) for key in chosen}).encode()

    def _framed(self, body: bytes) -> bytes:
        kind = self._random.random()
        if kind < 0.75:
            return b"Content-Length: %d\r\n\r\n" % len(body) + body
        if kind < 0.85:
            return b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\nTrailer: x\r\n\r\n"
        wrong = b"Content-Length: %d\r\n\r\n" % (len(body) + 7)
        return self._random.choice((wrong, *_FRAMINGS)) + body


def open_sockets(pid: int) -> int:
    """How many sockets a process has open."""
    return sum(1 for entry in Path(f"/proc/{pid}/fd").iterdir() if _target_of(entry).startswith("socket:"))


def _target_of(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except FileNotFoundError:
        return ""
