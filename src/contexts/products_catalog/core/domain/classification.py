"""What products are sorted by."""

from dataclasses import dataclass

from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.rules import require_text


@dataclass(slots=True, kw_only=True, eq=False)
class Classification(Entity):
    """A name by which products are grouped."""

    name: str
    author_id: str
    description: str | None = None

    def __post_init__(self) -> None:
        require_text("name", self.name)


@dataclass(slots=True, kw_only=True, eq=False)
class Source(Classification):
    """Where the data of a product come from."""


@dataclass(slots=True, kw_only=True, eq=False)
class Brand(Classification):
    """The brand on the package."""


@dataclass(slots=True, kw_only=True, eq=False)
class Category(Classification):
    """A category, such as "yogurt"."""


@dataclass(slots=True, kw_only=True, eq=False)
class ParentCategory(Classification):
    """A category of categories, such as "dairy"."""


@dataclass(slots=True, kw_only=True, eq=False)
class FoodGroup(Classification):
    """A food group of dietary guidelines."""


@dataclass(slots=True, kw_only=True, eq=False)
class ProcessType(Classification):
    """How far industry has processed the food."""
