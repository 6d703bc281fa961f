"""The bases of all `Api*` schemas."""

import re
from math import isfinite
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

MAX_DEPTH = 20
MAX_INTEGER = 2**63
_SURROGATE = re.compile("[\ud800-\udfff]")


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

    Level by level: a body may have as many values as `lambda_helpers.MAX_VALUES`, and a call for each would take long.
    """
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        deeper: list[Any] = []
        for one in level:
            if isinstance(one, str):
                _refuse_bad_text(one)
            elif isinstance(one, dict):
                deeper += one
                deeper += one.values()
            elif isinstance(one, list | tuple):
                deeper += one
            elif isinstance(one, int):
                if not -MAX_INTEGER <= one < MAX_INTEGER:
                    raise ValueError("The value has an integer that is too large.")
            elif isinstance(one, float) and not isfinite(one):
                raise ValueError("The value has a number that is not finite.")
        if not deeper:
            return
        level = deeper
    raise ValueError(f"The value is nested deeper than {MAX_DEPTH} levels.")


def _refuse_bad_text(value: str) -> None:
    # isascii is a flag of the string object: most texts cost no search for surrogates.
    if "\x00" in value or (not value.isascii() and _SURROGATE.search(value)):
        raise ValueError("The value has a character that can't be stored.")
