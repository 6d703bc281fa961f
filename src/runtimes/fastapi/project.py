"""What the library needs to know of this backend."""

import logging
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from src.lambdatwin.observability.log_stream import LogStream
from src.lambdatwin.observability.logging import CAPTURED, ROOT, fields_of, sentences
from src.lambdatwin.project import DatabaseError, Example, Handler, HandlerRuntime, Person, Project
from src.lambdatwin.settings import load_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from src.lambdatwin.ports import HandlerModule, LambdaOperation

_DESCRIPTION = """Menus for the clients of nutritionists: recipes, meals, a product catalogue, onboarding forms.

Each operation runs the Lambda handler that its description names. Errors have one shape, `ErrorBody`; what the gateway
itself refuses has `GatewayMessage`. Operations with a lock want a Cognito token: *Authorize* logs in, or takes one."""


class MenuPlanning(Project):
    """The menu-planning backend. Each member imports what it needs itself: `--help` shall not wait for SQLAlchemy."""

    title = "Menu planning"
    description = _DESCRIPTION
    settings_prefix = ""
    variables = (
        "TYPEFORM_BASE_URL",
        "TYPEFORM_API_KEY",
        "TYPEFORM_WEBHOOK_SECRET",
        "TYPEFORM_WEBHOOK_URL",
        "TYPEFORM_TIMEOUT",
    )
    contexts = {  # noqa: RUF012 - a constant of the class
        "Products catalog": "Products with their nutrients, and the sources that they come from.",
        "Recipes catalog": "Recipes, meals, clients and their menus, tags, and what to buy.",
        "Client onboarding": "Onboarding forms, Typeform's webhook, and queries about the answers.",
        "IAM": "Users and the roles that they have in each context.",
    }
    people: Sequence[Person] = (
        Person("11111111-1111-4111-8111-111111111111", "administrator", ("administrators",), alias="admin"),
        Person("22222222-2222-4222-8222-222222222222", "user"),
    )
    first_path = "/products"
    watched = ("src", "codegen", "templates")
    migrations = "src/migrations/"
    needs_database = True

    @property
    def version(self) -> str:  # type: ignore[override]
        """The release's, which stands in pyproject.toml alone."""
        import tomllib

        with (Path(__file__).parents[3] / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])

    @property
    def error_statuses(self) -> Mapping[int, str]:  # type: ignore[override]
        """The rows of the error table."""
        from .error_body import kinds

        return {status: kind.message for status, kind in kinds().items()}

    @property
    def response_headers(self) -> Mapping[str, str]:  # type: ignore[override]
        """What every handler of this API says of CORS and of security."""
        from src.contexts.shared_kernel.middleware.headers import JSON_HEADERS

        return JSON_HEADERS

    def error_body(self, status: int, message: str) -> Any:
        """As the error middleware makes it."""
        from .error_body import body_of

        return body_of(status, message)

    def problems(self) -> Sequence[str]:
        """The settings of Typeform that cannot be used."""
        from src.contexts.client_onboarding.core.bootstrap.health import settings_problems

        return settings_problems()

    def external_services(self) -> Mapping[str, Callable[[], Awaitable[str | None]]]:
        """Typeform, where onboarding forms live."""
        from src.contexts.client_onboarding.core.bootstrap.health import external_services

        return external_services()

    def handler_modules(self) -> Sequence[str]:
        """Every module below an aws_lambda folder."""
        files = sorted(Path("src/contexts").glob("*/aws_lambda/**/*.py"))
        return [".".join(file.with_suffix("").parts) for file in files]

    def examples(self) -> Mapping[tuple[str, str], Example]:
        """Requests that work on the sample data, as the seeded administrator."""
        from .examples import examples

        return examples()

    def prepare(self) -> None:
        """Structured lines for the handlers and for the library, unless the process has configured structlog itself; no
        line makes a request wait."""
        import structlog

        from src.contexts.shared_kernel.logging import configure_logging

        if not structlog.is_configured():
            json_lines = not load_settings(self.settings_prefix).development
            stream = LogStream(sys.stdout, json_lines=json_lines)
            people = {} if json_lines else {person.sub: person.username for person in self.people}
            configure_logging(json_lines=json_lines, stream=stream, sentence=sentences(people))
        forward_library_log()
        logging.basicConfig(level=logging.WARNING, stream=LogStream(sys.stderr))

    def silence(self) -> None:
        """structlog's lines end where their level is refused."""
        from src.contexts.shared_kernel.logging import configure_logging

        configure_logging(json_lines=True, level=logging.CRITICAL)

    def handler(self, operation: "LambdaOperation", runtime: HandlerRuntime) -> Handler:
        """The handler's own coroutine between the middleware that its decorator names."""
        from .middleware import Strategies, runnable

        return runnable(operation, Strategies.of(runtime))

    def logs_requests(self, operation: "LambdaOperation") -> bool:
        """Handlers with a logging middleware write the line of each request themselves."""
        from .middleware import logs_requests

        return logs_requests(operation)

    def users(self, sessions: Any) -> Any:
        """IAM's internal endpoint."""
        from src.contexts.iam.core.internal import IamUsers

        return IamUsers(sessions)

    def on_user_changed(self, forget: Callable[[str], None]) -> Callable[[], None]:
        """IAM tells of every change of roles in this process."""
        from src.contexts.iam.core.internal import on_user_changed

        return on_user_changed(forget)

    def on_access_lost(self, end_logins: Callable[[str], Awaitable[None]]) -> Callable[[], None]:
        """IAM tells of deleted users and of lost last roles."""
        from src.contexts.iam.core.internal import on_access_lost

        return on_access_lost(end_logins)

    def share(self, modules: "Sequence[HandlerModule]", sessions: Callable[..., Any]) -> int:
        """Each context's container has a provider of sessions."""
        from dependency_injector import providers

        found = list(_session_providers(modules))
        for provider in found:
            provider.override(providers.Object(sessions))
        return len(found)

    def unshare(self, modules: "Sequence[HandlerModule]") -> None:
        """Lambda's own sessions again."""
        for provider in _session_providers(modules):
            provider.reset_last_overriding()

    def engine(self, url: str, *, size: int, wait: float) -> "AsyncEngine":
        """The kernel's engine, with its pool."""
        from src.contexts.shared_kernel.adapters.database import create_engine

        return create_engine(url, pooled=True, pool_size=size, pool_timeout=wait)

    def begin(self, request_id: str) -> None:
        """The request's id is the correlation id."""
        from src.contexts.shared_kernel.correlation import set_correlation_id

        set_correlation_id(request_id)

    def correlation_id(self) -> str:
        """The correlation id of the current task."""
        from src.contexts.shared_kernel.correlation import correlation_id

        return correlation_id()

    def sources(self, clock: Callable[[], datetime], ids: Callable[[], str]) -> AbstractContextManager[object]:
        """The kernel's one clock and one source of ids."""
        from src.contexts.shared_kernel.sources import use_sources

        return use_sources(clock=clock, ids=ids)

    def schema_head(self) -> str | None:
        """The newest migration."""
        from src.migrations.run import head

        return head()

    def serves_schema(self, revision: str | None) -> bool:
        """Migrations are additive: the head, or a revision of a newer source."""
        from src.migrations.run import is_ready

        return is_ready(revision)

    async def migrate(self, url: str) -> str | None:
        """Run the migrations that are missing; the notice is of a database that is further than this source.

        Raises `DatabaseError`, or OSError when the server does not answer.
        """
        from sqlalchemy.exc import SQLAlchemyError

        from src.migrations.run import BrokenChainError, notice, refused_connection, upgrade

        try:
            newer = await upgrade(url)
        except SQLAlchemyError as error:
            refusal = refused_connection(error)
            raise DatabaseError(refusal or _first_line(error), refused=refusal is not None) from error
        except BrokenChainError as error:
            raise DatabaseError(str(error)) from error
        return None if newer is None else notice(newer)

    async def seed(self, url: str) -> bool:
        """The sample data of all contexts, into an empty database; whether it was. Raises `DatabaseError`."""
        from sqlalchemy.exc import SQLAlchemyError

        from src.contexts.shared_kernel.domain.errors import ApplicationError
        from src.seed import seed_if_empty

        try:
            return await seed_if_empty(url)
        except (SQLAlchemyError, ApplicationError) as error:
            raise DatabaseError(_first_line(error)) from error


class LibraryLog(logging.Handler):
    """Hands the library's events to this backend's structured log."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line, with the record's fields."""
        if record.name == CAPTURED:
            return  # the handler's own middleware has logged it
        from src.contexts.shared_kernel.logging import current_logger

        logger = current_logger(record.name.removeprefix(f"{ROOT}."))
        error = record.exc_info[1] if record.exc_info else None
        traceback = {"exc_info": error} if error is not None else {}
        logger.log(record.levelno, record.getMessage(), **fields_of(record), **traceback)


def forward_library_log() -> None:
    """Send the library's log lines through this backend's log, once a process."""
    logger = logging.getLogger(ROOT)
    if not any(isinstance(handler, LibraryLog) for handler in logger.handlers):
        logger.addHandler(LibraryLog())
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _session_providers(modules: "Sequence[HandlerModule]") -> Iterator[Any]:
    for module in modules:
        provider = getattr(module.container, "session_factory", None)
        if provider is not None and hasattr(provider, "override"):
            yield provider


def _first_line(error: Exception) -> str:
    # The rest may quote SQL.
    return str(error).partition("\n")[0][:300]
