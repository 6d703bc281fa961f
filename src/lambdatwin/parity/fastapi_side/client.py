"""A plain HTTP/1.1 client that sends exactly the bytes it is given: no header added, no path normalised."""

import socket
from http.client import HTTPException, HTTPResponse
from types import TracebackType
from typing import Self

from ..wire import Answer, Sent

_TIMEOUT_SECONDS = 60.0


class NoAnswer(Exception):
    """The server closed the connection, or sent something that is not HTTP."""


class Client:
    """One connection at a time to one address; not for two threads."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def answer(self, sent: Sent) -> Answer:
        """The answer to a request. Raises NoAnswer."""
        connection = self._socket or socket.create_connection(self._address, _TIMEOUT_SECONDS)
        self._socket = connection
        try:
            connection.sendall(_bytes(sent))
            return self._read(connection, sent.method)
        except (OSError, HTTPException) as error:
            self.close()
            raise NoAnswer(f"{sent.method} {sent.target}: {error!r}") from error

    def _read(self, connection: socket.socket, method: str) -> Answer:
        with HTTPResponse(connection, method=method) as response:
            response.begin()
            headers = tuple((name.lower(), value) for name, value in response.getheaders())
            answer = Answer(response.status, headers, response.read())
            if response.will_close:
                self.close()
        return answer

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _bytes(sent: Sent) -> bytes:
    lines = [f"{sent.method} {sent.target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.headers)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + sent.body
