"""Clock and ids that derive from the id of the request being served, the same in both runtimes.

The request's id is its correlation id, so a context variable tells which request asks. Outside a request (start-up, a
background task) the ordinary sources serve.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock

from ..project import Project


class RequestSources:
    """One clock reading per request, and a sequence of ids per request. `epoch` is the same on both sides."""

    def __init__(self, epoch: datetime, correlation_id: Callable[[], str]) -> None:
        self._epoch, self._correlation_id = epoch, correlation_id
        self._drawn: dict[str, int] = {}
        self._lock = Lock()

    def now(self) -> datetime:
        """The time does not pass within a request: how often the runtime looks at the clock must not matter."""
        request_id = self._correlation_id()
        return self.at(request_id) if request_id else datetime.now(UTC)

    def at(self, request_id: str) -> datetime:
        """The time at which this request is served."""
        return self._epoch + timedelta(seconds=_position(request_id))

    def new_id(self) -> str:
        """The next id of this request, a UUID version 4 in form."""
        request_id = self._correlation_id()
        if not request_id:
            return str(uuid.uuid4())
        with self._lock:
            number = self._drawn[request_id] = self._drawn.get(request_id, 0) + 1
        digest = hashlib.sha256(f"{request_id}/{number}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))


@contextmanager
def deterministic(epoch: datetime, project: Project) -> Iterator[RequestSources]:
    """Serve the backend's clock and ids from the requests' ids while the block runs."""
    sources = RequestSources(epoch, project.correlation_id)
    with project.sources(sources.now, sources.new_id):
        yield sources


def _position(request_id: str) -> int:
    """Seconds after the epoch: a request numbered at its end keeps its place, any other gets one from its text."""
    number = request_id.rpartition("-")[2]
    if number.isascii() and number.isdigit() and len(number) <= 6:
        return int(number)
    return int.from_bytes(hashlib.sha256(request_id.encode()).digest()[:2])
