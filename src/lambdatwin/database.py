"""The database sessions that handlers use: those of the app that serves the current request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

type SessionFactory = Callable[..., Any]


class NoCurrentAppError(RuntimeError):
    """A session was asked for outside a request while no app, or more than one, runs in the process."""


class AppSessions:
    """Opens sessions of the app that serves the current request; outside a request, of the only running app."""

    def __init__(self) -> None:
        self._current: ContextVar[SessionFactory | None] = ContextVar("lambdatwin_sessions", default=None)
        self._running: list[SessionFactory] = []
        self._undo: list[Callable[[], None]] = []

    def __call__(self, **options: Any) -> Any:
        """A new session. Raises `NoCurrentAppError`."""
        return self.factory()(**options)

    def factory(self) -> SessionFactory:
        """The session factory of the current app. Raises `NoCurrentAppError`."""
        current = self._current.get()
        if current is not None:
            return current
        if len(self._running) != 1:
            raise NoCurrentAppError(f"no request is served, and {len(self._running)} apps run in this process")
        return self._running[0]

    @contextmanager
    def used(self, factory: SessionFactory) -> Iterator[None]:
        """Make `factory` the one of the current request while the block runs."""
        token = self._current.set(factory)
        try:
            yield
        finally:
            self._current.reset(token)

    @contextmanager
    def registered(self, factory: SessionFactory, undo: Callable[[], None]) -> Iterator[None]:
        """Register an app's sessions while the block runs; `undo` is called when the last app of the process ends."""
        self._running.append(factory)
        self._undo.append(undo)
        try:
            yield
        finally:
            self._running.remove(factory)
            while not self._running and self._undo:
                self._undo.pop()()


# One for the process: handler modules are shared by all its apps.
APP_SESSIONS = AppSessions()
