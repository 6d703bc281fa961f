"""The database sessions that handlers use: those of the app that serves the current request."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .ports import HandlerModule
    from .postgres.engine import Database
    from .project import Project

type SessionFactory = Callable[..., Any]


class NoCurrentAppError(RuntimeError):
    """A session was asked for outside a request while no app, or more than one, runs in the process."""


class SecondAppError(RuntimeError):
    """A backend that holds the engine of its app, and more than one app in the process."""


class AppSessions:
    """Opens sessions of the app that serves the current request; outside a request, of the only running app."""

    def __init__(self) -> None:
        self._current: ContextVar[Database | None] = ContextVar("lambdatwin_database", default=None)
        self._running: list[Database] = []
        self._engine_taken = False
        self._shared: dict[frozenset[str], int] = {}
        self._undo: list[Callable[[], None]] = []

    def __call__(self, **options: Any) -> Any:
        """A new session. Raises `NoCurrentAppError`."""
        return (self._current.get() or self._only()).sessions(**options)

    @property
    def engine(self) -> Any:
        """The engine of the only running app, for a backend that has to hold one; no second app can start any more.

        Raises `NoCurrentAppError`, and `SecondAppError` where more than one app runs.
        """
        if len(self._running) > 1:
            raise SecondAppError("a backend can hold an engine only where one app runs in the process")
        engine = self._only().engine
        self._engine_taken = True
        return engine

    def share(self, project: "Project", modules: "Sequence[HandlerModule]") -> int:
        """Let handler modules take their sessions from here, once as long as any app runs; how many of them do."""
        names = frozenset(module.name for module in modules)
        if names not in self._shared:
            self._undo.append(lambda: project.unshare(modules))
            self._shared[names] = project.share(modules, self)
        return self._shared[names]

    @contextmanager
    def used(self, database: "Database") -> Iterator[None]:
        token = self._current.set(database)
        try:
            yield
        finally:
            self._current.reset(token)

    @contextmanager
    def registered(self, database: "Database") -> Iterator[None]:
        """Register an app's database while the block runs. Raises `SecondAppError`."""
        if self._running and self._engine_taken:
            raise SecondAppError("the backend holds the engine of an app that runs in this process: start one only")
        self._running.append(database)
        try:
            yield
        finally:
            self._running.remove(database)
            if not self._running:
                self._engine_taken = False
                self._shared.clear()
                while self._undo:
                    self._undo.pop()()

    def _only(self) -> "Database":
        if len(self._running) != 1:
            raise NoCurrentAppError(f"no request is served, and {len(self._running)} apps run in this process")
        return self._running[0]


# One for the process: handler modules are shared by all its apps.
APP_SESSIONS = AppSessions()
