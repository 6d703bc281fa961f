"""Shopping as JSON."""

from collections.abc import Iterable

from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe import ApiIngredient
from src.contexts.recipes_catalog.core.domain.quantities import Products
from src.contexts.recipes_catalog.core.domain.recipe import Recipe
from src.contexts.recipes_catalog.core.domain.shopping_list import Department, ShoppingItem
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.adapters.api_schemas.filters import ApiFilter
from src.contexts.shared_kernel.domain.measures import MeasureUnit

_DIGITS = 6


class ApiShoppingItem(ApiModel):
    """What to buy of one thing, unpeeled and raw; the last three say the same quantity, null when unknown."""

    name: str
    quantity: float
    unit: MeasureUnit
    product_id: str | None
    kilograms: float | None
    liters: float | None
    pieces: float | None

    @classmethod
    def from_domain(cls, item: ShoppingItem) -> "ApiShoppingItem":
        """The item for a client."""
        return cls(
            name=item.name,
            quantity=round(item.quantity, _DIGITS),
            unit=item.unit,
            product_id=item.product_id,
            kilograms=_rounded(item.kilograms),
            liters=_rounded(item.liters),
            pieces=_rounded(item.pieces),
        )


class ApiDepartment(ApiModel):
    """The items of one department of the store; null where the department is not known."""

    store_department_name: str | None
    items: list[ApiShoppingItem]


class ApiShoppingList(ApiModel):
    """What to buy for all meals of a menu."""

    menu_id: str
    departments: list[ApiDepartment]

    @classmethod
    def from_domain(cls, menu_id: str, departments: Iterable[Department]) -> "ApiShoppingList":
        """The list for a client."""
        shown = [
            ApiDepartment(
                store_department_name=one.name, items=[ApiShoppingItem.from_domain(item) for item in one.items]
            )
            for one in departments
        ]
        return cls(menu_id=menu_id, departments=shown)


class ApiProductToBuy(ApiModel):
    """What buying a product needs to know."""

    id: str
    name: str
    shopping_name: str | None
    store_department_name: str | None
    edible_yield: float | None
    kg_per_unit: float | None
    liters_per_kg: float | None
    cooking_factor: float | None


class ApiRecipeToBuy(ApiModel):
    """A recipe's ingredients and their products."""

    id: str
    name: str
    meal_id: str
    ingredients: list[ApiIngredient]
    products: list[ApiProductToBuy]

    @classmethod
    def from_domain(cls, recipe: Recipe, products: Products) -> "ApiRecipeToBuy":
        """The recipe for a client."""
        wanted = dict.fromkeys(one.product_id for one in recipe.ingredients if one.product_id in products)
        shown = {
            "id": recipe.id,
            "name": recipe.name,
            "meal_id": recipe.meal_id,
            "ingredients": recipe.ingredients,
            "products": [products[one] for one in wanted if one is not None],
        }
        return cls.model_validate(shown, from_attributes=True)


class ApiShoppingFilter(ApiFilter):
    """Whose recipes are asked for: give exactly one of the three ids, `recipe_id` as often as needed."""

    menu_id: str | None = None
    meal_id: str | None = None
    recipe_id: str | list[str] | None = None
    skip: int | None = None
    limit: int | None = None
    sort: str | None = None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
