"""Persons: addresses, contact data, profiles."""

from dataclasses import dataclass
from datetime import date

from src.contexts.shared_kernel.domain.rules import require_text


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; every line is optional."""

    street: str | None = None
    number: str | None = None
    complement: str | None = None
    district: str | None = None
    city: str | None = None
    state: str | None = None
    zip_code: str | None = None
    country: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ContactInfo:
    """Telephone numbers and e-mail addresses, the main ones first."""

    main_phone: str | None = None
    main_email: str | None = None
    all_phones: tuple[str, ...] = ()
    all_emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A person: the name, and what nutrition advice depends on."""

    name: str
    birthday: date | None = None
    sex: str | None = None

    def __post_init__(self) -> None:
        require_text("name", self.name)
