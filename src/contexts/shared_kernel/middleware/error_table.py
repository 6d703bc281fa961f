"""The one table from an exception to its HTTP status and error body."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import pydantic
import sqlalchemy.exc

from src.contexts.shared_kernel.correlation import correlation_id
from src.contexts.shared_kernel.domain import errors
from src.contexts.shared_kernel.sources import utc_now

_MOST_ERRORS = 100
_OWN_PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A row of the table: HTTP status, the stable type, and the sentence when the exception brings none."""

    status: int
    error_type: str
    message: str


INTERNAL = ErrorKind(500, "internal_error", "Something went wrong on our side.")
_VALIDATION = ErrorKind(422, "validation_error", "The request is not valid.")
_UNAVAILABLE = ErrorKind(503, "dependency_error", "A service that this request needs is not available.")

# The first row that fits decides, so a subclass stands before its base.
ERROR_TABLE: tuple[tuple[type[BaseException], ErrorKind], ...] = (
    (pydantic.ValidationError, _VALIDATION),
    (json.JSONDecodeError, ErrorKind(422, "validation_error", "The body is not valid JSON.")),
    (errors.ValidationFailed, _VALIDATION),
    (errors.BadValue, _VALIDATION),
    (errors.NotFoundError, ErrorKind(404, "not_found_error", "Not found.")),
    (errors.AuthenticationError, ErrorKind(401, "authentication_error", "Authentication is required.")),
    (errors.ConflictError, ErrorKind(409, "conflict_error", "The request conflicts with what is stored.")),
    (errors.BusinessRuleError, ErrorKind(400, "business_rule_error", "A business rule forbids this request.")),
    (errors.PayloadTooLarge, ErrorKind(413, "payload_too_large_error", "The request body is too large.")),
    (errors.DependencyUnavailable, _UNAVAILABLE),
    (PermissionError, ErrorKind(403, "authorization_error", "You do not have permission to do this.")),
    (TimeoutError, ErrorKind(408, "timeout_error", "The request took too long.")),
    (sqlalchemy.exc.IntegrityError, ErrorKind(409, "conflict_error", "The request conflicts with what is stored.")),
    (sqlalchemy.exc.OperationalError, _UNAVAILABLE),
    (sqlalchemy.exc.InterfaceError, _UNAVAILABLE),
    (sqlalchemy.exc.TimeoutError, _UNAVAILABLE),
    (ConnectionError, _UNAVAILABLE),
    (ValueError, ErrorKind(422, "validation_error", "The request has a value that cannot be used.")),
)


def kind_of(error: BaseException) -> ErrorKind:
    """The row of the table for an exception."""
    return next((kind for cls, kind in ERROR_TABLE if isinstance(error, cls)), INTERNAL)


def single_cause(error: Exception) -> Exception:
    """The one exception inside a group of task groups' making; anything else unchanged."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def error_body(error: Exception, kind: ErrorKind) -> dict[str, Any]:
    """The documented body: what happened in words for a client, never how."""
    return {
        "status_code": kind.status,
        "error_type": kind.error_type,
        "message": _message(error, kind),
        "detail": getattr(error, "detail", None) if isinstance(error, errors.ApplicationError) else None,
        "errors": list(_field_errors(error)) or None,
        "timestamp": utc_now().isoformat(),
        "correlation_id": correlation_id(),
    }


def _message(error: Exception, kind: ErrorKind) -> str:
    if isinstance(error, errors.ApplicationError):
        return error.message
    if type(error) is ValueError and kind is not INTERNAL and _raised_here(error.__traceback__):
        return str(error)[:500]
    return kind.message


def _raised_here(traceback: TracebackType | None) -> bool:
    # A guard of a handler ("a name is required") speaks to the client; a library's ValueError may quote anything.
    if traceback is None:
        return False
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0] == _OWN_PACKAGE


def _field_errors(error: Exception) -> Iterator[dict[str, str]]:
    if isinstance(error, errors.ValidationFailed):
        for fault in error.errors:
            yield {"field": fault.field, "code": fault.code, "message": fault.message}
    elif isinstance(error, pydantic.ValidationError):
        # As many as the schema has fields at most: lists end with their first bad item.
        for detail in error.errors(include_url=False, include_context=False, include_input=False)[:_MOST_ERRORS]:
            yield {
                "field": ".".join(str(part) for part in detail["loc"])[:200],
                "code": detail["type"],
                "message": detail["msg"][:500],
            }
