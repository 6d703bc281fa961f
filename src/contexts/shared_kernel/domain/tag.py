"""Labels that users put on their things."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Tag:
    """`key:value` as one author uses it for one type of thing ("recipe", "meal", ...)."""

    key: str
    value: str
    author_id: str
    type: str

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {"key": self.key, "value": self.value, "author_id": self.author_id, "type": self.type}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        return cls(data["key"], data["value"], data["author_id"], data["type"])
