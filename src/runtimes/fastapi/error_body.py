"""The error body of this backend, as its error middleware makes it: one model, for the documentation too."""

from collections.abc import Mapping

from pydantic import BaseModel

from src.contexts.shared_kernel.domain.errors import ApplicationError
from src.contexts.shared_kernel.middleware.error_table import ERROR_TABLE, INTERNAL, ErrorKind, error_body


class FieldFault(BaseModel):
    """One fault of one field."""

    field: str
    code: str
    message: str


class ErrorBody(BaseModel):
    """What a handler or its middleware answers when a request fails."""

    status_code: int
    error_type: str
    message: str
    detail: str | None
    errors: list[FieldFault] | None
    timestamp: str
    correlation_id: str


def kinds() -> Mapping[int, ErrorKind]:
    """The first row of the error table for each status."""
    return {kind.status: kind for kind in (INTERNAL, *(kind for _, kind in reversed(ERROR_TABLE)))}


def body_of(status: int, message: str) -> ErrorBody:
    """The body of an error that was found before the handler ran."""
    return ErrorBody.model_validate(error_body(ApplicationError(message), kinds()[status]))
