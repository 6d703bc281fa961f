"""Protocols of this context's unit of work, its repositories and the product catalogue."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from src.contexts.recipes_catalog.core.domain.client import Client
from src.contexts.recipes_catalog.core.domain.labels import KnownTag
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.recipes_catalog.core.domain.menu import Menu
from src.contexts.recipes_catalog.core.domain.recipe import Recipe
from src.contexts.shared_kernel.domain.product_facts import ProductFacts
from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.contexts.shared_kernel.domain.tag import Tag
from src.contexts.shared_kernel.services.unit_of_work import Repository
from src.contexts.shared_kernel.services.unit_of_work import UnitOfWork as AbstractUnitOfWork


class Catalogue(Protocol):
    """The product catalogue. It answers on a connection of its own: ask before the unit of work holds one."""

    async def get_products(self, product_ids: Iterable[str]) -> dict[str, ProductFacts]:
        """Those of the products that exist, by id."""
        ...


class MealRepository(Repository[Meal], Protocol):
    """Meals with their recipes."""

    async def query_of(self, author_id: str | None, filters: Mapping[str, object]) -> list[Meal]:
        """The meals of one author, or of all users (None), that the filters let through."""
        ...

    async def get_many(self, entity_ids: Sequence[str]) -> list[Meal]:
        """Those of the meals that exist, by id."""
        ...

    async def hold_many(self, meal_ids: Iterable[str]) -> dict[str, Meal]:
        """Those of the meals that exist; no other can change them before the unit of work ends."""
        ...

    async def of_recipe(self, recipe_id: str) -> Meal:
        """The meal in which a recipe stands; raises `NotFoundError` for a recipe that does not exist."""
        ...

    async def hold_of_menus(self, menu_ids: Collection[str]) -> None:
        """No other unit of work can change the meals that were written for these menus before this one ends."""
        ...

    async def leave_menu(self, menu_id: str) -> None:
        """No meal was written for this menu any more."""
        ...


class RecipeRepository(Repository[Recipe], Protocol):
    """Recipes, for reading and rating; they are written through their meals."""

    async def query_visible(self, user: SeedUser, filters: Mapping[str, object]) -> list[Recipe]:
        """The recipes that the user may see and the filters let through."""
        ...

    async def query_to_buy(self, user: SeedUser, filters: Mapping[str, object]) -> list[Recipe]:
        """The recipes of a `menu_id`, a `meal_id` or a `recipe_id` that the user may see."""
        ...

    async def save_ratings(self, recipe: Recipe) -> None:
        """Store the ratings; the version counts the author's changes only."""
        ...


class ClientRepository(Repository[Client], Protocol):
    """Clients."""

    async def query_of(self, author_id: str | None, filters: Mapping[str, object]) -> list[Client]:
        """The clients of one author, or of all users (None), that the filters let through."""
        ...


class MenuRepository(Repository[Menu], Protocol):
    """Menus."""

    async def of_client(self, client_id: str) -> list[Menu]:
        """All menus of a client, the oldest first."""
        ...

    async def ids_of_clients(self, client_ids: Iterable[str]) -> dict[str, list[str]]:
        """The ids of the menus of each client, the oldest first, in one statement."""
        ...

    async def get_named(self, raw: object) -> list[Menu]:
        """Those of the menus that a filter's value names; 422 for a value that holds no ids."""
        ...

    async def hold_with_meal(self, meal_id: str) -> list[Menu]:
        """The menus on which a meal stands; no other unit of work can change them before this one ends."""
        ...

    async def save_copies(self, menu: Menu) -> None:
        """Store what a menu copies of its meals; the version counts the changes of the menu's own users only."""
        ...


class TagRepository(Repository[KnownTag], Protocol):
    """The tags that were ever used."""

    async def query_visible(self, user: SeedUser, filters: Mapping[str, object]) -> list[KnownTag]:
        """The tags that the user may see and the filters let through."""
        ...

    async def is_on_public_recipe(self, tag: KnownTag) -> bool:
        """Whether one of the author's public recipes has the tag."""
        ...

    async def remember(self, tags: Iterable[Tag]) -> None:
        """Give an id to each tag that has none."""
        ...


class UnitOfWork(AbstractUnitOfWork):
    """A transaction over everything in this context."""

    meals: MealRepository
    recipes: RecipeRepository
    clients: ClientRepository
    menus: MenuRepository
    tags: TagRepository
    catalogue: Catalogue
