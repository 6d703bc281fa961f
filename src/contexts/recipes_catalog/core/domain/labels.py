"""Tags on the things of this context."""

from collections.abc import Iterable
from dataclasses import dataclass

from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.tag import Tag

MAX_LABELS = 50

type Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True, kw_only=True, eq=False)
class KnownTag(Entity):
    """A tag that an author has used at least once, with an id to ask for it."""

    key: str
    value: str
    author_id: str
    type: str


def tags_of(labels: Iterable[tuple[str, str]], author_id: str, kind: str) -> tuple[Tag, ...]:
    """The tags of a thing: its author's, each once, in the order given; raises `BadValue` for too many."""
    tags = tuple(Tag(key, value, author_id, kind) for key, value in dict.fromkeys(labels))
    if len(tags) > MAX_LABELS:
        raise BadValue(f"A thing has at most {MAX_LABELS} tags.")
    return tags


def labels_of(tags: Iterable[Tag]) -> Labels:
    """The keys and values, to put them on another author's thing."""
    return tuple((tag.key, tag.value) for tag in tags)
