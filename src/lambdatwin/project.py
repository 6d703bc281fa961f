"""The adapter between the library and one backend: a subclass says what is the backend's own, all else has a default.

`[tool.lambdatwin] project = "module:Class"` in the `pyproject.toml` of the working directory names the subclass.
"""

import importlib
import importlib.util
import logging
import sys
import sysconfig
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

    from .database import AppSessions
    from .ports import HandlerModule, LambdaOperation, LambdaRoute

type Handler = Callable[[dict[str, Any], Any], Awaitable[Any]]

# A checkout has other names for the library and its generator than an installation.
LIBRARY = __package__ or ""
COMMAND = "lambdatwin" if LIBRARY == "lambdatwin" else f"python -m {LIBRARY}"
GENERATOR = f"{LIBRARY}.codegen" if importlib.util.find_spec(f"{LIBRARY}.codegen") else "codegen"
# The package that the development server generates where a repository has no routers.
UNCOMMITTED = "lambdatwin_routes"
_FILE, _TABLE = "pyproject.toml", "[tool.lambdatwin]"


class ProjectError(Exception):
    """The project cannot be loaded; the message says what is wrong and where."""


class DatabaseError(Exception):
    """A database that cannot be started, migrated or filled; the message says why. `refused`: no connection."""

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
    """Values of path and query parameters, and a body; only what is required or makes the answer short.

    `answer` is the body of a success; it may be shortened, as long as its schema allows that.
    """

    path: Mapping[str, str | int] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Any = None
    answer: Any = None


@dataclass(frozen=True, slots=True)
class Registry:
    """The generated routers and the handler modules behind them."""

    routers: tuple["APIRouter", ...]
    modules: tuple["HandlerModule", ...]

    @property
    def routes(self) -> "list[LambdaRoute]":
        """Every Lambda route of every router that is served, in order."""
        return [route for route in self.documented if not route.operation.document_only]

    @property
    def documented(self) -> "list[LambdaRoute]":
        """The same with those that only the document has."""
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
    # What the names of settings begin with, so that none is taken for a variable of the backend's own.
    settings_prefix: str = "LAMBDATWIN_"
    # Variables that the backend itself reads; one that is nearly called so is told at the start.
    variables: Sequence[str] = ()
    # What the documentation says of each tag (`Online orders` of the context `online_orders`), in their order.
    contexts: Mapping[str, str] = {}
    # The statuses that handlers answer an error with, and what they say then; for the documentation.
    error_statuses: Mapping[int, str] = {}
    # What every answer of the handlers carries. Those of CORS are what the API's OPTIONS methods answer to a browser's
    # preflight; without them the API declares no such methods.
    response_headers: Mapping[str, str] = {}
    # Who can log in to the local issuer; where none is named, any id can.
    people: Sequence[Person] = ()
    # What the development server proposes to try first, as a path; empty: nothing.
    first_path: str = ""
    # Folders that the development server watches, and those whose change asks for a migration.
    watched: Sequence[str] = (".",)
    migrations: str | None = None
    # Whether the backend cannot do without PostgreSQL: a start without DATABASE_URL is then refused, and the
    # development server brings a database of its own.
    needs_database: bool = False

    def problems(self) -> Sequence[str]:
        """What else stands against a start, a sentence each that names the variable; no value of a secret."""
        return ()

    def external_services(self) -> Mapping[str, Callable[[], Awaitable[str | None]]]:
        """Services that part of the API needs, by name: None when one can be used, else the reason, for the log.

        One that can't degrades /health/ready, which stays 200; it is given three seconds, at most every 30.
        """
        return {}

    def registry(self) -> Registry:
        """The routers that the generator wrote into its `output`, and their modules. Raises `ProjectError`."""
        importlib.invalidate_caches()  # they may have been written a moment ago
        name = f"{routers_package()}.registry"
        try:
            generated = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{name}.".startswith(f"{error.name}."):
                raise
            folder = name.replace(".", "/").removesuffix("/registry")
            raise ProjectError(f"{folder}: there is no {name}, which `{COMMAND} generate` writes") from None
        return Registry(generated.ROUTERS, generated.MODULES)

    def handler_modules(self) -> Sequence[str]:
        """Names of handler modules that a development server may import before the routers are up to date."""
        return ()

    def examples(self) -> Mapping[tuple[str, str], Example]:
        """Requests to try in /docs, by method and path template."""
        return {}

    def prepare(self) -> None:
        """Called before handlers are imported, and again for a second app of the process: for logging, mostly.

        The library logs to `lambdatwin.*` of `logging`; where nothing is configured then, it writes to stdout.
        """

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
        named = tool_table("lambdatwin", Path.cwd()).get("authorizers", {})
        return named if isinstance(named, dict) else {}

    def users(self, sessions: Callable[..., Any]) -> Any:
        """Where users are looked up: an object with `async get_user(user_id, context)`, or None without any.

        `sessions()` opens a session of this app; it raises RuntimeError for an app without a database.
        """
        return None

    def on_user_changed(self, forget: Callable[[str], None]) -> Callable[[], None]:
        """Call `forget(user_id)` whenever a user's roles change; what is returned stops that.

        A backend that caches users itself forgets the user here, too. Without this hook a changed role counts when the
        caches say so, and the start says that.
        """
        return lambda: None

    def on_access_lost(self, end_logins: Callable[[str], Awaitable[None]]) -> Callable[[], None]:
        """Await `end_logins(user_id)` when a user is deleted or loses the last role; what is returned stops that."""
        return lambda: None

    def share(self, modules: "Sequence[HandlerModule]", sessions: "AppSessions") -> int:
        """Let the handlers' modules take their database sessions from `sessions`; how many modules now do.

        Called when the first app of a process starts. `sessions()` opens a session of the app that serves the request.
        A backend that has to hold an engine takes `sessions.engine`: while it does, no second app can start.
        """
        return 0

    def unshare(self, modules: "Sequence[HandlerModule]") -> None:
        """Undo `share`, so that handlers run as in Lambda again; called when the last app of a process has ended."""

    def engine(self, url: str, *, size: int, wait: float) -> "AsyncEngine":
        """An engine whose pool holds `size` connections; a request waits at most `wait` seconds for one."""
        from .postgres.engine import create_engine

        return create_engine(url, size=size, wait=wait)

    def begin(self, request_id: str) -> None:
        """A request begins, in the context of its task: for what the backend's log calls the correlation id."""

    def correlation_id(self) -> str:
        """The id of the request that the current task serves; empty outside a request."""
        return ""

    def sources(self, clock: Callable[[], datetime], ids: Callable[[], str]) -> AbstractContextManager[object]:
        """Put a known clock and known ids in the place of the backend's own, for the parity proof."""
        return nullcontext()

    def error_body(self, status: int, message: str) -> Any:
        """An error as the handlers answer it: a pydantic model, or any value that JSON has.

        The library answers so where no handler can (503 when it is busy or stops, 401 for a user that the API does not
        know), and documents errors so: the schema is the model's.
        """
        return {"message": message}

    def result(self, result: Any) -> Any:
        """What a handler returned, as Lambda's entry function hands it on."""
        return result

    def schema_head(self) -> str | None:
        """The newest revision that this source's migrations make, as `alembic_version` has it; None without Alembic."""
        return None

    def serves_schema(self, revision: str | None) -> bool:
        """Whether this source runs on a database at this revision: its head, or further where migrations are additive.

        None stands for a revision that could not be read.
        """
        return revision == self.schema_head()

    def database_variables(self, url: str) -> Mapping[str, str]:
        """Variables in which the backend's own functions look for the database, beside DATABASE_URL: set by the parity
        proof on both sides, and by the development server."""
        return {}

    async def migrate(self, url: str) -> str | None:
        """Bring a database to the newest schema; returns a notice for the developer if there is one to give."""
        return None

    async def seed(self, url: str) -> bool:
        """Fill an empty database with sample data; whether it did. A database that holds any row stays as it is."""
        return False


def has_generator() -> bool:
    """Whether all that the generator needs is installed."""
    return all(map(is_module, ("jinja2", "libcst", "rich", "ruff", "typer", "yaml")))


def find_modules_in(*folders: Path) -> None:
    """Put folders in front of what is installed, and behind Python's own modules, which the server itself needs: a
    repository may have a folder called `email`."""
    new = [folder for folder in map(str, map(Path.resolve, folders)) if folder not in sys.path]
    own = sysconfig.get_path("stdlib")
    behind = [place for place, folder in enumerate(sys.path, 1) if folder.startswith(own) and "-packages" not in folder]
    place = max(behind, default=0)
    sys.path[place:place] = new


def is_module(name: str) -> bool:
    """Whether a module of that dotted name is found; its packages are imported for that."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def routers_package(root: Path | None = None) -> str:
    """The dotted name of the routers: `[tool.codegen] output`, unless the development server has made its own.

    Raises `ProjectError`.
    """
    if is_module(UNCOMMITTED):
        return UNCOMMITTED
    output = Path(str(tool_table("codegen", root or Path.cwd()).get("output", "generated")))
    if output.is_absolute() or any("." in part for part in output.parts):
        raise ProjectError(
            f"{_FILE}: [tool.codegen] output = {str(output)!r}: the server imports the routers, as a package below "
            "the root: name a folder there, without dots in its name"
        )
    return ".".join(output.parts)


def find_project() -> Project:
    """The project that the `pyproject.toml` of the working directory names, else the defaults.

    Raises `ProjectError`.
    """
    folder = Path.cwd()
    name = tool_table("lambdatwin", folder).get("project")
    return Project() if name is None else _loaded(str(folder / _FILE), name)


def tool_table(name: str, folder: Path) -> dict[str, Any]:
    """A tool's table in the `pyproject.toml` of a folder; empty without one. Raises `ProjectError`."""
    file = folder / _FILE
    try:
        found: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ProjectError(f"{file}: cannot be read: {error}") from None
    for key, path in (("tool", "tool"), (name, f"tool.{name}")):
        found = found.get(key, {})
        if not isinstance(found, dict):
            raise ProjectError(f"{file}: {path} is not a table")
    return found


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
