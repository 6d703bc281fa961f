"""One exception class for each reason a request can fail; `middleware/error_table.py` gives each its status.

The messages of these classes are written for clients: they never carry SQL, paths, tokens or secrets.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of one field: its dotted name, a stable code and a sentence."""

    field: str
    code: str
    message: str


class ApplicationError(Exception):
    """Base of the errors that a client can be told about."""

    def __init__(self, message: str, detail: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class ValidationFailed(ApplicationError, ValueError):
    """The request is well-formed but some fields are not acceptable."""

    def __init__(self, message: str, errors: tuple[FieldError, ...] = (), detail: str | None = None) -> None:
        super().__init__(message, detail)
        self.errors = errors

    @classmethod
    def of(cls, field: str, code: str, message: str) -> "ValidationFailed":
        """A failure of one field."""
        return cls("The request has a field that is not acceptable.", (FieldError(field, code, message),))


class BadValue(ApplicationError, ValueError):
    """A value that no rule of the domain accepts."""


class NotFoundError(ApplicationError, LookupError):
    """No such thing, or none that this user may know of."""

    def __init__(self, kind: str, identifier: object) -> None:
        super().__init__(f"{kind} not found.", f"There is no {kind} with the id {str(identifier)[:100]}.")


class AuthenticationError(ApplicationError):
    """The request carries no credentials, or its user is unknown."""


class ConflictError(ApplicationError):
    """The request contradicts what is stored.

    `race`: another transaction changed the same rows first, and this one was rolled back. It may be run again.
    """

    def __init__(self, message: str, detail: str | None = None, *, race: bool = False) -> None:
        super().__init__(message, detail)
        self.race = race


class StaleVersionError(ConflictError):
    """The thing has changed since it was read."""

    def __init__(self, kind: str = "The thing", identifier: object = None, *, race: bool = False) -> None:
        named = "it" if identifier is None else f"{kind} {str(identifier)[:100]}"
        super().__init__(
            f"{kind} was changed by another request.", f"Read {named} again and repeat the change.", race=race
        )


class BusinessRuleError(ApplicationError):
    """The request is understood and allowed, but breaks a rule of the domain."""


class PayloadTooLarge(ApplicationError, ValueError):
    """The body is larger than the endpoint takes, or has more values."""


class DependencyUnavailable(ApplicationError):
    """A database or a service that the request needs does not answer; the client may try again."""

    def __init__(self, message: str = "A service that this request needs is not available.") -> None:
        super().__init__(message, "Try again in a moment.")
