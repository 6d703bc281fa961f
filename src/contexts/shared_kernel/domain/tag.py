"""Labels that users put on their things."""

from dataclasses import dataclass

from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.rules import require_length

MAX_KEY, MAX_VALUE = 50, 100
# The signs of the filter `tags=key:value|other,key:value`; a value may have a colon.
_SIGNS = frozenset("|,")


@dataclass(frozen=True, slots=True)
class Tag:
    """`key:value` as one author uses it for one type of thing ("recipe", "meal", ...)."""

    key: str
    value: str
    author_id: str
    type: str

    def __post_init__(self) -> None:
        require_length("key", self.key, MAX_KEY)
        require_length("value", self.value, MAX_VALUE)
        if not _SIGNS.isdisjoint(self.key + self.value) or ":" in self.key:
            raise BadValue("A tag must not have the signs | and , and its key no colon.")
