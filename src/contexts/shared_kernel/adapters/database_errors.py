"""Maps exceptions of the database and its driver to the errors of the domain."""

import asyncio
import socket
import ssl

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from src.contexts.shared_kernel.domain.errors import (
    ApplicationError,
    ConflictError,
    DependencyUnavailable,
    StaleVersionError,
    ValidationFailed,
)

_UNREACHABLE = (
    PoolTimeout,
    ConnectionError,
    TimeoutError,
    FileNotFoundError,
    socket.gaierror,
    ssl.SSLError,
    asyncio.IncompleteReadError,
    # Raw, and not as SQLAlchemy's own, they come only while a connection is opened, and is closed by the other side.
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
_UNIQUE, _EXCLUSION, _FOREIGN_KEY = "23505", "23P01", "23503"
# Classes of SQLSTATE (PostgreSQL manual, appendix A): data exception, integrity, program limits (a value too long
# for an index).
_BAD_INPUT = ("22", "23", "54")
# Transaction rollback: a serialization failure or a deadlock that the other transaction won.
_LOST_RACE = ("40",)
# Connection, resources, operator intervention, system error, and a start-up or authorization that failed.
_DOWN = ("08", "53", "57", "58", "28", "3D")
# Not now, but later: an object is in use or locked for longer than `lock_timeout` (55), the server became a standby
# (25006), a transaction was idle or ran for too long (25P03, 25P04), a plan from before a migration (0A000).
_NOT_NOW = ("55", "25006", "25P03", "25P04", "0A000")


def translated(error: BaseException) -> ApplicationError | None:
    """The application's error for a database failure; None for everything else."""
    if isinstance(error, StaleDataError):
        return StaleVersionError(race=True)
    if isinstance(error, _UNREACHABLE):
        return DependencyUnavailable()
    if isinstance(error, asyncpg.PostgresError):
        # SQLAlchemy passes on what the server says while a connection is being opened.
        return _from_state(error.sqlstate, error)
    if isinstance(error, DBAPIError):
        cause = getattr(error.orig, "__cause__", None)
        lost = error.connection_invalidated
        return DependencyUnavailable() if lost else _from_state(getattr(error.orig, "sqlstate", None), cause)
    return None


def _from_state(state: str | None, cause: BaseException | None) -> ApplicationError | None:
    if state is None:
        return None
    if state.startswith((*_DOWN, *_NOT_NOW)):
        return DependencyUnavailable()
    if state in (_UNIQUE, _EXCLUSION):
        return ConflictError("The same thing exists already.")
    if state == _FOREIGN_KEY:
        return _unknown_reference(cause)
    if state.startswith(_LOST_RACE):
        return ConflictError("Another request changed the same thing at the same moment.", race=True)
    if state.startswith(_BAD_INPUT):
        return ValidationFailed("The request has a value that can't be stored.")
    return None


def _unknown_reference(cause: BaseException | None) -> ValidationFailed:
    # Foreign keys are called fk_<table>_<column>, and columns as the fields that clients send.
    constraint, table = (str(getattr(cause, name, None)) for name in ("constraint_name", "table_name"))
    return ValidationFailed.of(
        constraint.removeprefix(f"fk_{table}_"), "unknown_reference", "There is nothing that has this id."
    )
