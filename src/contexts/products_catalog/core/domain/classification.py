"""What products are sorted by."""

from dataclasses import dataclass

from src.contexts.shared_kernel.domain.entity import Entity


@dataclass(slots=True, kw_only=True, eq=False)
class Classification(Entity):
    """A named drawer for products."""

    name: str
    author_id: str
    description: str | None = None


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
