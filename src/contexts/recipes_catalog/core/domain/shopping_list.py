"""What to buy for a menu."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient
from src.contexts.recipes_catalog.core.domain.quantities import (
    KILOGRAMS,
    LITERS,
    PIECES,
    Products,
    factor,
    kilograms,
    yields,
)
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.product_facts import ProductFacts

_KG, _L, _UN = MeasureUnit.KILOGRAM, MeasureUnit.LITER, MeasureUnit.UNIT


@dataclass(frozen=True, slots=True)
class ShoppingItem:
    """How much of one thing to buy, as it is bought: unpeeled and raw.

    `kilograms`, `liters` and `pieces` say the same quantity, as far as the product's factors are known.
    """

    name: str
    quantity: float
    unit: MeasureUnit
    product_id: str | None = None
    kilograms: float | None = None
    liters: float | None = None
    pieces: float | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """The items of one department of the store; the name is None where the catalogue knows none."""

    name: str | None
    items: tuple[ShoppingItem, ...]


@dataclass(slots=True)
class _Sums:
    """One thing's quantities: the kilograms, and what has no weight by unit; the name as it is first given."""

    name: str = ""
    kg: float = 0.0
    weighed_in: set[MeasureUnit] = field(default_factory=set)
    others: dict[MeasureUnit, float] = field(default_factory=lambda: defaultdict(float))


def shopping_list(ingredients: Iterable[Ingredient], products: Products) -> tuple[Department, ...]:
    """The sums per product and unit, by department; an ingredient counts as often as it is given.

    What is not from the catalogue is summed by name.
    """
    sums: dict[tuple[str | None, str], _Sums] = defaultdict(_Sums)
    for ingredient in ingredients:
        product = products.get(ingredient.product_id) if ingredient.product_id else None
        key = (product.id, "") if product else (None, ingredient.name.strip().lower())
        _add(sums[key], ingredient, product)
    return _departments(sums, products)


def _add(sums: _Sums, ingredient: Ingredient, product: ProductFacts | None) -> None:
    sums.name = sums.name or ingredient.name.strip()
    weight = kilograms(ingredient.quantity, ingredient.unit, product)
    if weight is not None:
        sums.kg += weight.bought
        sums.weighed_in.add(_base(ingredient.unit))
        return
    edible_share, cooked = yields(product)
    base, share = _base(ingredient.unit), 1.0
    if base is _L:
        share = LITERS[ingredient.unit] / edible_share / cooked
    sums.others[base] += ingredient.quantity * share


def _base(unit: MeasureUnit) -> MeasureUnit:
    if unit in KILOGRAMS:
        return _KG
    if unit in LITERS:
        return _L
    return _UN if unit in PIECES else unit


def _departments(sums: Mapping[tuple[str | None, str], _Sums], products: Products) -> tuple[Department, ...]:
    departments: dict[str | None, list[ShoppingItem]] = defaultdict(list)
    for (product_id, _), amounts in sums.items():
        product = products.get(product_id) if product_id else None
        department = product.store_department_name if product else None
        departments[department].extend(_items(product, amounts))
    named = sorted((name, items) for name, items in departments.items() if name is not None)
    unnamed = [(None, departments[None])] if None in departments else []
    return tuple(Department(name, tuple(sorted(items, key=_item_order))) for name, items in (*named, *unnamed))


def _items(product: ProductFacts | None, sums: _Sums) -> Iterable[ShoppingItem]:
    shown, product_id = (product.shopping_name or product.name, product.id) if product else (sums.name, None)
    if sums.weighed_in:
        yield _weighed(shown, product, sums)
    for unit, quantity in sums.others.items():
        yield ShoppingItem(shown, quantity, unit, product_id)


def _weighed(name: str, product: ProductFacts | None, sums: _Sums) -> ShoppingItem:
    liters_per_kg, kg_per_unit = (
        (factor(product.liters_per_kg), factor(product.kg_per_unit)) if product else (None,) * 2
    )
    liters = sums.kg * liters_per_kg if liters_per_kg else None
    pieces = sums.kg / kg_per_unit if kg_per_unit else None
    # Who cooks with two eggs and a glass of milk buys eggs by the piece and milk by the liter.
    if sums.weighed_in == {_UN} and pieces is not None:
        quantity, unit = pieces, _UN
    elif sums.weighed_in == {_L} and liters is not None:
        quantity, unit = liters, _L
    else:
        quantity, unit = sums.kg, _KG
    return ShoppingItem(name, quantity, unit, product.id if product else None, sums.kg, liters, pieces)


def _item_order(item: ShoppingItem) -> tuple[str, str, str]:
    return (item.name.lower(), item.product_id or "", item.unit)
