"""Identifiers of a possible client in a response: e-mail addresses, telephone numbers and names, with a confidence."""

from dataclasses import dataclass
from enum import StrEnum


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
