"""Who somebody is and how to reach them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self


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

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        return cls(**data)


@dataclass(frozen=True, slots=True)
class ContactInfo:
    """Telephone numbers and e-mail addresses, the main ones first."""

    main_phone: str | None = None
    main_email: str | None = None
    all_phones: tuple[str, ...] = ()
    all_emails: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        return cls(
            main_phone=data.get("main_phone"),
            main_email=data.get("main_email"),
            all_phones=tuple(data.get("all_phones") or ()),
            all_emails=tuple(data.get("all_emails") or ()),
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """A person: the name, and what nutrition advice depends on."""

    name: str
    birthday: date | None = None
    sex: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "name": self.name,
            "birthday": self.birthday.isoformat() if self.birthday else None,
            "sex": self.sex,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        birthday = data.get("birthday")
        return cls(data["name"], date.fromisoformat(birthday) if birthday else None, data.get("sex"))
