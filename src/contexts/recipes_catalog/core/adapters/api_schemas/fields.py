"""The kinds of fields that requests of this context have, each with its bounds."""

import json
from collections.abc import Collection, Iterable
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, JsonValue, StringConstraints

from src.contexts.shared_kernel.adapters.api_schemas.base import WHOLE

MAX_JSON_CHARACTERS = 20_000


def _short_enough(value: JsonValue) -> JsonValue:
    if len(json.dumps(value)) > MAX_JSON_CHARACTERS:
        raise ValueError(f"The value is longer than {MAX_JSON_CHARACTERS} characters.")
    return value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Line = Annotated[str, Field(max_length=500)]
Prose = Annotated[str, Field(max_length=5000)]
LongProse = Annotated[str, Field(max_length=20_000)]
AuthorId = Annotated[str, Field(min_length=1, max_length=128)]
ImageUrl = Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s]+$")]
Minutes = Annotated[int, Field(ge=0, le=100_000), WHOLE]
Version = Annotated[
    int, Field(ge=1, le=2_147_483_647, description="The version that was read; 409 when it is stale."), WHOLE
]
AnyJson = Annotated[JsonValue, AfterValidator(_short_enough)]


def changes_of(body: BaseModel, names: Iterable[str], nullable: Collection[str]) -> dict[str, object]:
    """Of the named fields those that were sent; null leaves a field that can't be empty as it is."""
    sent = {name: getattr(body, name) for name in names if name in body.model_fields_set}
    return {name: value for name, value in sent.items() if value is not None or name in nullable}


def text_or_none(value: UUID | None) -> str | None:
    """The id as the domain keeps it."""
    return None if value is None else str(value)
