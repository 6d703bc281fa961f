"""Who a response may be from: e-mail addresses, telephone numbers and names, each with a confidence."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


class IdentifierKind(StrEnum):
    """What an identifier is."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class ClientIdentifier:
    """One identifier in its normal form; `confidence` is 0 to 1, `source` the question or hidden field it came from."""

    kind: IdentifierKind
    value: str
    confidence: float
    source: str

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        return cls(IdentifierKind(data["kind"]), data["value"], data["confidence"], data["source"])
