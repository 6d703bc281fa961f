"""Tags as JSON."""

from typing import Annotated

from pydantic import Field

from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.domain.tag import Tag


class ApiTag(ApiModel):
    """A label of one author."""

    key: Annotated[str, Field(min_length=1, max_length=50)]
    value: Annotated[str, Field(min_length=1, max_length=100)]
    author_id: Annotated[str, Field(min_length=1, max_length=128)]
    type: Annotated[str, Field(min_length=1, max_length=50)]

    @classmethod
    def from_domain(cls, tag: Tag) -> "ApiTag":
        """The tag for a client."""
        return cls(key=tag.key, value=tag.value, author_id=tag.author_id, type=tag.type)

    def to_domain(self) -> Tag:
        """The tag that a client sent."""
        return Tag(key=self.key, value=self.value, author_id=self.author_id, type=self.type)
