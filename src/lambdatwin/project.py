"""The adapter between the library and one backend: a subclass says what is the backend's own, all else has a default.

`[tool.lambdatwin] project = "module:Class"` in the `pyproject.toml` of the working directory names the subclass.
"""

import importlib
import logging
import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy.ext.asyncio import AsyncEngine

    from .ports import HandlerModule, LambdaOperation, LambdaRoute

type Handler = Callable[[dict[str, Any], Any], Awaitable[Any]]

_TABLE = "[tool.lambdatwin]"


class ProjectError(Exception):
    """The project cannot be loaded; the message says what is wrong and where."""


class DatabaseError(Exception):
    """A database that cannot be migrated or filled; the message is the reason. `refused`: it takes no connection."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Person:
    """A user who can log in to the local issuer. `sub` is the user's id; `alias` a short name for proofs."""

    sub: str
    username: str
    groups: tuple[str, ...] = ()
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """Values of path and query parameters, and a body; only what is required or makes the answer short."""

    path: Mapping[str, str | int] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class Registry:
    """The generated routers and the handler modules behind them."""

    routers: tuple["APIRouter", ...]
    modules: tuple["HandlerModule", ...]

    @property
    def routes(self) -> "list[LambdaRoute]":
        """Every Lambda route of every router, in order."""
        from .ports import LambdaRoute

        return [route for router in self.routers for route in router.routes if isinstance(route, LambdaRoute)]


@dataclass(frozen=True, slots=True)
class HandlerRuntime:
    """What a handler's middleware may use of the app: where users are looked up (with a cache in front), the counter
    of error bodies by error type and status, and where an exception is told that it turned into an answer."""

    users: Any
    count_error: Callable[[str, int], None]
    capture: Callable[[BaseException], None]


class Project:
    """The adapter of one backend. All times are seconds; every member may be overridden."""

    title: str = "API"
    version: str = "0.1.0"
    description: str = ""
    # What the documentation says of each tag (`Online orders` of the context `online_orders`), in their order.
    contexts: Mapping[str, str] = {}
    # The error type and the message of each status that the backend's own error body can have; for the documentation.
    error_statuses: Mapping[int, tuple[str, str]] = {}
    # What the API's OPTIONS methods answer to a browser's preflight; empty where the API declares none.
    preflight_headers: Mapping[str, str] = {}
    people: Sequence[Person] = ()
    # What the development server proposes to try first.
    first_path: str = "/docs"
    # Folders that the development server watches, and those whose change asks for a migration.
    watched: Sequence[str] = (".",)
    migrations: str | None = None

    def registry(self) -> Registry:
        """The routers that the generator wrote, and the modules behind them."""
        generated = importlib.import_module("generated.registry")
        return Registry(generated.ROUTERS, generated.MODULES)

    def handler_modules(self) -> Sequence[str]:
        """Names of handler modules that a development server may import before the routers are up to date."""
        return ()

    def examples(self) -> Mapping[tuple[str, str], Example]:
        """Requests to try in /docs, by method and path template."""
        return {}

    def prepare(self, *, development: bool) -> None:
        """Run once a process, before any handler is imported: logging, mostly."""

    def silence(self) -> None:
        """Let nothing be logged any more, where the output is for something else."""
        logging.disable(logging.CRITICAL)

    def handler(self, operation: "LambdaOperation", runtime: HandlerRuntime) -> Handler:
        """What serves a handler that carries `__endpoint__`; any other runs as it is decorated."""
        return operation.handler

    def logs_requests(self, operation: "LambdaOperation") -> bool:
        """Whether the handler's own middleware writes a log line for each request."""
        return False

    def authorizers(self) -> Mapping[str, str]:
        """Stand-ins for authorizers that are not run here, by name or kind (iam, key): "deny", "allow-in-development",
        or "module:function" (called with the headers by lower-case name and the method; gives claims, or None to
        refuse). They are those of `[tool.lambdatwin.authorizers]` in the working directory's `pyproject.toml`."""
        named = _runtime_table(Path.cwd() / "pyproject.toml").get("authorizers", {})
        return named if isinstance(named, dict) else {}

    def users(self, sessions: Callable[..., Any]) -> Any:
        """Where the middleware looks up users: an object with `async get_user(user_id, context)`."""
        return None

    def on_user_changed(self, forget: Callable[[str], None]) -> Callable[[], None]:
        """Call `forget(user_id)` whenever a user's roles change; what is returned stops that."""
        return lambda: None

    def on_access_lost(self, end_logins: Callable[[str], Awaitable[None]]) -> Callable[[], None]:
        """Await `end_logins(user_id)` when a user is deleted or loses the last role; what is returned stops that."""
        return lambda: None

    def share(self, modules: "Sequence[HandlerModule]", sessions: Callable[..., Any]) -> int:
        """Let the handlers' modules take their database sessions from `sessions`; how many modules now do.

        Called whenever an app starts; `sessions()` opens a session of the app that serves the request.
        """
        return 0

    def unshare(self, modules: "Sequence[HandlerModule]") -> None:
        """Undo `share`; called when the last app of a process has ended."""

    def engine(self, url: str, *, size: int, wait: float) -> "AsyncEngine":
        """An engine whose pool holds `size` connections; a request waits at most `wait` seconds for one."""
        from .database import create_engine

        return create_engine(url, size=size, wait=wait)

    def begin(self, request_id: str) -> None:
        """A request begins: what the backend's log calls its correlation id."""

    def correlation_id(self) -> str:
        """The id of the request that the current task serves; empty outside a request."""
        return ""

    def sources(self, clock: Callable[[], datetime], ids: Callable[[], str]) -> AbstractContextManager[object]:
        """Put a known clock and known ids in the place of the backend's own, for the parity proof."""
        return nullcontext()

    def unavailable(self, sentence: str) -> dict[str, Any]:
        """The proxy result for a request that this process cannot serve now."""
        return {"statusCode": 503, "body": '{"message": "Service Unavailable"}'}

    def unknown_user(self) -> dict[str, Any]:
        """The proxy result for a verified token whose user is not known, on hand-written routes."""
        return {"statusCode": 401, "body": '{"message":"Unauthorized"}'}

    def schema_head(self) -> str | None:
        """The newest revision of the database's schema that this source knows; None without migrations."""
        return None

    def serves_schema(self, revision: str | None) -> bool:
        """Whether this source runs on a database at this revision: its head, or further where migrations are additive.

        None stands for a revision that could not be read.
        """
        return revision == self.schema_head()

    async def migrate(self, url: str) -> str | None:
        """Bring a database to the newest schema; returns a notice for the developer if there is one to give."""
        return None

    async def seed(self, url: str) -> bool:
        """Fill an empty database with sample data; whether it did. A database that holds any row stays as it is."""
        return False


def find_project(root: Path | None = None) -> Project:
    """The project that the `pyproject.toml` of the folder names (default: the working directory), else the defaults.

    Raises `ProjectError`.
    """
    file = (root or Path.cwd()) / "pyproject.toml"
    name = _runtime_table(file).get("project")
    return Project() if name is None else _loaded(str(file), name)


def _runtime_table(file: Path) -> dict[str, Any]:
    """`[tool.lambdatwin]`, empty without the file; raises `ProjectError`."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("lambdatwin", {})
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ProjectError(f"{file}: cannot be read: {error}") from None
    return table if isinstance(table, dict) else {}


def _loaded(file: str, name: object) -> Project:
    module, colon, attribute = name.partition(":") if isinstance(name, str) else ("", "", "")
    if not (module and colon and attribute):
        raise ProjectError(f'{file}: {_TABLE} project must be "module:Class", not {name!r}')
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ModuleNotFoundError as error:
        raise ProjectError(f"{file}: {_TABLE} project = {name!r}: no module named {error.name!r}") from None
    if not (isinstance(found, type) and issubclass(found, Project)):
        raise ProjectError(f"{file}: {_TABLE} project = {name!r}: {module} has no subclass of Project of that name")
    return found()
