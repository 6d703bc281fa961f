"""Clock and ids that derive from the id of the request being served, the same in both runtimes.

A context variable tells which request asks; a project may know it by its correlation id. Outside a request (start-up, a
background task) the ordinary sources serve. A project puts them into its backend (`Project.sources`). In the modules of
a backend without that hook, names that stand for `datetime`, `date` and `time` are replaced; what took a function away
before, as the default of a field does, keeps the real time.
"""

import datetime as real_datetime
import hashlib
import sys
import time as real_time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any
from uuid import uuid4 as _random_id

from ..project import Project

type Now = Callable[[], datetime]

_LIBRARY = (__package__ or "").rpartition(".")[0]
_served: ContextVar[str] = ContextVar("parity_request", default="")


def begin_request(request_id: str) -> None:
    """The current task, and what it starts, serves this request."""
    _served.set(request_id)


@contextmanager
def during_request(request_id: str) -> Iterator[None]:
    """A request is served while the block runs."""
    token = _served.set(request_id)
    try:
        yield
    finally:
        _served.reset(token)


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
            return str(_random_id())
        with self._lock:
            number = self._drawn[request_id] = self._drawn.get(request_id, 0) + 1
        digest = hashlib.sha256(f"{request_id}/{number}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))


@contextmanager
def deterministic(epoch: datetime, project: Project) -> Iterator[RequestSources]:
    """Serve the backend's clock and ids from the requests' ids while the block runs."""
    sources = RequestSources(epoch, lambda: _served.get() or project.correlation_id())
    # A package that draws an id of its own would move those of a backend whose one source is known.
    ids = nullcontext() if has_own_sources(project) else _ids_of(sources)
    with project.sources(sources.now, sources.new_id), ids:
        yield sources


@contextmanager
def _ids_of(sources: RequestSources) -> Iterator[None]:
    """Let `uuid.uuid4` draw from the sources; modules that were imported before, the library's, keep the real one."""
    real = uuid.uuid4
    uuid.uuid4 = lambda: uuid.UUID(sources.new_id())
    try:
        yield
    finally:
        uuid.uuid4 = real


def _position(request_id: str) -> int:
    """Seconds after the epoch: a request numbered at its end keeps its place, any other gets one from its text."""
    number = request_id.rpartition("-")[2]
    if number.isascii() and number.isdigit() and len(number) <= 6:
        return int(number)
    return int.from_bytes(hashlib.sha256(request_id.encode()).digest()[:2])


def has_own_sources(project: Project) -> bool:
    """Whether the project puts clock and ids into its backend itself."""
    return type(project).sources is not Project.sources


@contextmanager
def backend_clock(now: Now, root: Path) -> Iterator[None]:
    """Give the modules that were imported from below `root` this clock while the block runs."""
    replaced: list[tuple[ModuleType, str, object]] = []
    pairs = _substitutes(now)
    for module in _modules_below(root.resolve()):
        for name, value in list(vars(module).items()):
            for real, substitute in pairs:
                if value is real:
                    replaced.append((module, name, value))
                    setattr(module, name, substitute)
    try:
        yield
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)


def _modules_below(root: Path) -> list[ModuleType]:
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file is None or name == _LIBRARY or name.startswith(f"{_LIBRARY}."):
            continue
        path = Path(file).resolve()
        if path.is_relative_to(root) and not {"site-packages", "dist-packages"} & set(path.parts):
            found.append(module)
    return found


def _substitutes(now: Now) -> list[tuple[object, object]]:
    def seconds() -> float:
        return now().timestamp()

    def nanoseconds() -> int:
        return int(now().timestamp()) * 10**9

    moment, day = _datetime(now), _date(now)
    return [
        (real_datetime.datetime, moment),
        (real_datetime.date, day),
        (real_datetime, _module(real_datetime, datetime=moment, date=day)),
        (real_time.time, seconds),
        (real_time.time_ns, nanoseconds),
        (real_time, _module(real_time, time=seconds, time_ns=nanoseconds)),
    ]


def _module(real: ModuleType, **changed: object) -> ModuleType:
    module = ModuleType(real.__name__)
    vars(module).update(vars(real), **changed)
    return module


class _LikeDatetime(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, real_datetime.datetime)


class _LikeDate(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, real_datetime.date)


def _datetime(now: Now) -> type:
    class Datetime(real_datetime.datetime, metaclass=_LikeDatetime):
        @classmethod
        def now(cls, tz: real_datetime.tzinfo | None = None) -> Any:
            return now().astimezone(tz) if tz else now().astimezone().replace(tzinfo=None)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

        @classmethod
        def utcnow(cls) -> Any:
            return now().replace(tzinfo=None)

    return Datetime


def _date(now: Now) -> type:
    class Date(real_datetime.date, metaclass=_LikeDate):
        @classmethod
        def today(cls) -> Any:
            return now().astimezone().date()

    return Date
