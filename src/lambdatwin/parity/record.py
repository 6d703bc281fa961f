"""Record what clients ask a running server: `python -m ...parity.record OUT.jsonl --of URL`.

A proxy on a port of its own passes every request on as it came, and writes a line for each; the server is not touched.
The user's name is read from the token's claims, unverified: the server decides what the token is worth.
"""

import argparse
import base64
import binascii
import json
import sys
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import quote_from_bytes, urlsplit

from ..project import find_project
from .tokens import people_by_name

# Credentials are replaced by `user`; the rest belongs to the connection, or is added again on replay.
_LEFT_OUT = frozenset(
    [
        "authorization",
        "connection",
        "content-length",
        "cookie",
        "host",
        "proxy-authorization",
        "te",
        "transfer-encoding",
        "upgrade",
        "x-api-key",
        "x-amz-security-token",
        "x-parity-request-id",
    ]
)
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F))).replace("#", "")
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding"})
_TIMEOUT_SECONDS = 60.0


class Recording:
    """Lines appended to a file, numbered in the order of the requests."""

    def __init__(self, path: Path, people: Mapping[str, str]) -> None:
        self._path, self._people = path, people
        self._lock = Lock()
        self._count = 0

    def add(self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        """One request; the file has it before the server is asked."""
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            self._count += 1
            line = recorded_line(f"recorded-{self._count}", method, target, headers, body, self._people)
            file.write(line + "\n")


def recorded_line(
    request_id: str,
    method: str,
    target: str,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    people: Mapping[str, str],
) -> str:
    """One line without its end. Every byte of the target and of a header has a character of Latin-1; `people` has the
    ids behind names."""
    path = quote_from_bytes(target.encode("latin-1"), safe=_PRINTABLE)
    fields: dict[str, object] = {"id": request_id, "method": method, "path": path}
    user_id = user_of(headers)
    if user_id is not None:
        fields["user"] = next((name for name, known in people.items() if known == user_id), user_id)
    kept = [(name.lower(), value) for name, value in headers]
    if shown := [pair for pair in kept if pair[0] not in _LEFT_OUT]:
        fields["headers"] = shown
    return json.dumps(fields | _body(body), ensure_ascii=False)


def _body(body: bytes) -> dict[str, object]:
    if not body:
        return {}
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode("ascii")}


def user_of(headers: Sequence[tuple[str, str]]) -> str | None:
    """The `sub` that a bearer token names; None where there is no such token."""
    value = next((value for name, value in headers if name.lower() == "authorization"), "")
    parts = value.removeprefix("Bearer ").split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        subject = claims["sub"]
    except (IndexError, binascii.Error, ValueError, KeyError, TypeError):
        return None
    return subject if isinstance(subject, str) else None


def proxy(recording: Recording, host: str, port: int, listen: int) -> ThreadingHTTPServer:
    """A server on loopback that records and passes on; the caller serves and closes it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65_537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self._pass_on()

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = self.headers.items()
            recording.add(self.command, self.path, headers, body)
            upstream = HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
            try:
                upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in headers:
                    upstream.putheader(name, value.encode("latin-1"))
                upstream.endheaders(body)
                answer = upstream.getresponse()
                self._answer(answer.status, answer.getheaders(), answer.read())
            except (OSError, HTTPException) as error:
                self._answer(502, [], f"The server at {host}:{port} gave no answer: {error!r}\n".encode())
            finally:
                upstream.close()

        def _answer(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            kept = [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP | {"content-length"}]
            for name, value in kept:
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer(("127.0.0.1", listen), Handler)


def main(arguments: Sequence[str]) -> int:
    """Record until Ctrl-C."""
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("requests", type=Path, metavar="OUT.jsonl", help="lines are appended to it")
    parser.add_argument("--of", default="http://127.0.0.1:8000", metavar="URL", help="the running server")
    parser.add_argument("--port", type=int, default=8100, help="where clients send their requests meanwhile")
    options = parser.parse_args(arguments)
    url = urlsplit(options.of)
    if url.scheme != "http" or not url.hostname:
        print(f"error: {options.of}: only http:// servers can be recorded", file=sys.stderr)
        return 2
    recording = Recording(options.requests, people_by_name(find_project().people))
    with proxy(recording, url.hostname, url.port or 80, options.port) as server:
        print(f"Send requests to http://127.0.0.1:{server.server_port}; Ctrl-C ends the recording.", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
