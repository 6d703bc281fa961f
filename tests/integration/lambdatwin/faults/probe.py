"""Asking a server on this machine, one request at a time."""

import json
import socket
from dataclasses import dataclass
from typing import Any

from tests.bench.kit.load import request


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer off the socket."""

    status: int
    head: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    port: int, method: str, path: str, *, token: str | None = None, body: bytes = b"", seconds: float = 10
) -> Reply:
    """One request on a connection of its own."""
    return send(port, request(method, path, token=token, body=body, headers="Connection: close"), seconds)


def send(port: int, data: bytes, seconds: float = 10) -> Reply:
    """Send raw bytes and read until the server closes; raises OSError when it does neither answer nor close."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        return read_reply(connection)


def read_reply(connection: socket.socket) -> Reply:
    """What comes until the connection is closed, or the answer is complete."""
    received = b""
    while not _complete(received) and (part := connection.recv(65_536)):
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    return Reply(int(head[9:12] or 0), head.decode("latin-1"), body)


def _complete(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    at = head.lower().find(b"content-length:")
    return bool(end) and at >= 0 and len(body) >= int(head[at + 15 :].split(b"\r\n")[0])


def is_documented_error(reply: Reply, status: int) -> bool:
    """Whether an answer is the API's own error body, or the gateway's message."""
    body = reply.json
    own = set(body) == {"status_code", "error_type", "message", "detail", "errors", "timestamp", "correlation_id"}
    return reply.status == status and (list(body) == ["message"] or (own and body["status_code"] == status))
