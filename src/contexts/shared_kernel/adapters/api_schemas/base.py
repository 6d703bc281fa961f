"""The bases of all `Api*` schemas."""

from collections.abc import Iterable
from math import isfinite
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

MAX_DEPTH = 20
MAX_INTEGER = 2**63


class ApiModel(BaseModel):
    """What a client reads: numbers are finite, instances do not change."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class ApiRequest(ApiModel):
    """What a client sends: nothing that PostgreSQL or JSON can't keep, at any depth.

    Subclasses still give every text a `max_length` and every number its bounds.
    """

    @model_validator(mode="before")
    @classmethod
    def refuse_what_cannot_be_stored(cls, data: Any) -> Any:
        """NUL characters, halves of surrogate pairs, endless numbers and endless nesting."""
        refuse_unstorable(data)
        return data


def refuse_unstorable(value: Any, depth: int = 0) -> None:
    """Raise `ValueError` for what JSONB or text columns refuse."""
    if depth > MAX_DEPTH:
        raise ValueError(f"The value is nested deeper than {MAX_DEPTH} levels.")
    match value:
        case str():
            _refuse_bad_text(value)
        case bool() | None:
            return
        case int() if not -MAX_INTEGER <= value < MAX_INTEGER:
            raise ValueError("The value has an integer that is too large.")
        case float() if not isfinite(value):
            raise ValueError("The value has a number that is not finite.")
        case dict():
            _refuse_in((*value.keys(), *value.values()), depth)
        case list() | tuple():
            _refuse_in(value, depth)


def _refuse_in(values: Iterable[Any], depth: int) -> None:
    for value in values:
        refuse_unstorable(value, depth + 1)


def _refuse_bad_text(value: str) -> None:
    # isascii is a flag of the string object: most texts cost no search for surrogates.
    if "\x00" in value or (not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value)):
        raise ValueError("The value has a character that can't be stored.")
