"""Tags on the things of this context."""

from collections.abc import Iterable
from dataclasses import dataclass

from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.tag import Tag

type Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True, kw_only=True, eq=False)
class KnownTag(Entity):
    """A tag that an author has used at least once, with an id to ask for it."""

    key: str
    value: str
    author_id: str
    type: str


def tags_of(labels: Iterable[tuple[str, str]], author_id: str, kind: str) -> tuple[Tag, ...]:
    """The tags of a thing: its author's, each once, in the order given."""
    return tuple(Tag(key, value, author_id, kind) for key, value in dict.fromkeys(labels))


def labels_of(tags: Iterable[Tag]) -> Labels:
    """The keys and values, to put them on another author's thing."""
    return tuple((tag.key, tag.value) for tag in tags)
