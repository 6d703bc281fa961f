"""Schemas of tags: clients send a key and a value; the server adds the author and the type."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from src.contexts.recipes_catalog.core.domain.labels import KnownTag, Labels
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel


class ApiLabel(ApiModel):
    """A key and a value, such as cuisine and italian."""

    key: Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^:|,]+$")]
    value: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^|,]+$")]


class ApiKnownTag(ApiModel):
    """A tag that is in use."""

    id: str
    key: str
    value: str
    author_id: str
    type: str

    @classmethod
    def from_domain(cls, tag: KnownTag) -> "ApiKnownTag":
        """The tag for a client."""
        return cls(id=tag.id, key=tag.key, value=tag.value, author_id=tag.author_id, type=tag.type)


def labels_of(sent: Iterable[ApiLabel]) -> Labels:
    """What the domain makes tags of."""
    return tuple((label.key, label.value) for label in sent)
