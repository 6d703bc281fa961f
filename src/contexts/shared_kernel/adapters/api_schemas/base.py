"""The bases of all `Api*` schemas."""

import re
from collections.abc import Iterable
from itertools import chain
from math import isfinite
from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

MAX_DEPTH = 20
MAX_INTEGER = 2**63
_SURROGATE = re.compile("[\ud800-\udfff]")


def _refuse_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("Input should be a valid integer, not true or false.")
    return value


# Beside the bounds of an int. Not strict: to JSON 2.0 is a whole number, too. A bool is an int in Python, not in JSON.
WHOLE = BeforeValidator(_refuse_bool)


class ApiModel(BaseModel):
    """What a client reads: numbers are finite, instances do not change."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class ApiRequest(ApiModel):
    """What a client sends: nothing that PostgreSQL or JSON can't keep, at any depth.

    Subclasses still give every text a `max_length`, every number its bounds, and every list a `max_length` with
    `fail_fast`: at the first item that is one too many, or no good, nothing more is read and no more errors are made.
    """

    @model_validator(mode="before")
    @classmethod
    def refuse_what_cannot_be_stored(cls, data: Any) -> Any:
        """NUL characters, halves of surrogate pairs, endless numbers and endless nesting."""
        refuse_unstorable(data)
        return data


def refuse_unstorable(value: Any) -> None:
    """Raise `ValueError` for what JSONB or text columns refuse.

    Level by level, and all values of one type together: a body may have `lambda_helpers.MAX_VALUES` of them, and a call
    for each would hold the event loop.
    """
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        deeper: list[Any] = []
        for kind in set(map(type, level)):
            deeper += _checked(kind, [one for one in level if type(one) is kind])
        if not deeper:
            return
        level = deeper
    raise ValueError(f"The value is nested deeper than {MAX_DEPTH} levels.")


def _checked(kind: type, values: list[Any]) -> Iterable[Any]:
    """What these values of one type contain; raises for a text or number that can't be stored."""
    if issubclass(kind, str):
        _refuse_bad_text("".join(values))
    elif issubclass(kind, int):
        if min(values) < -MAX_INTEGER or max(values) >= MAX_INTEGER:
            raise ValueError("The value has an integer that is too large.")
    elif issubclass(kind, float):
        if not all(map(isfinite, values)):
            raise ValueError("The value has a number that is not finite.")
    elif issubclass(kind, dict):
        return chain(chain.from_iterable(values), chain.from_iterable(one.values() for one in values))
    elif issubclass(kind, list | tuple):
        return chain.from_iterable(values)
    return ()


def _refuse_bad_text(value: str) -> None:
    # isascii is a flag of the string object: most texts cost no search for surrogates.
    if "\x00" in value or (not value.isascii() and _SURROGATE.search(value)):
        raise ValueError("The value has a character that can't be stored.")
