"""What to buy; the sums here were made by hand."""

import pytest

from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient
from src.contexts.recipes_catalog.core.domain.shopping_list import ShoppingItem, shopping_list
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from tests.unit.recipes.kit import BANANA, BREAD, FISH, KG, MILK, ML, PRODUCTS, RICE, UN, G, L, ingredient


def items(*ingredients: Ingredient) -> list[ShoppingItem]:
    return [item for department in shopping_list(ingredients, PRODUCTS) for item in department.items]


def test_yields_are_applied() -> None:
    # 100 g of cooked rice are 40 g raw; 80 g of fried fish are 100 g raw, of which 200 g must be bought.
    rice, fish = items(ingredient(RICE, 100, G), ingredient(FISH, 80, G))
    assert (fish.quantity, fish.unit) == (pytest.approx(0.2), KG)
    assert (rice.name, rice.quantity, rice.unit) == ("White rice", pytest.approx(0.04), KG)


def test_quantities_in_different_units_become_one() -> None:
    # 0.65 kg peeled are 1 kg with peel; two bananas are 0.24 kg: together 1.24 kg.
    (banana,) = items(ingredient(BANANA, 650, G), ingredient(BANANA, 2, UN))
    assert (banana.quantity, banana.unit) == (pytest.approx(1.24), KG)
    assert banana.pieces == pytest.approx(1.24 / 0.12)
    # 0.5 l are 0.625 kg.
    (milk,) = items(ingredient(MILK, 0.5, L), ingredient(MILK, 375, G))
    assert (milk.quantity, milk.unit, milk.liters) == (pytest.approx(1.0), KG, pytest.approx(0.8))


def test_what_is_only_counted_or_only_poured_is_bought_so() -> None:
    (banana,) = items(ingredient(BANANA, 2, UN), ingredient(BANANA, 1, MeasureUnit.PIECE))
    assert (banana.quantity, banana.unit, banana.kilograms) == (pytest.approx(3), UN, pytest.approx(0.36))
    (milk,) = items(ingredient(MILK, 250, ML), ingredient(MILK, 1, MeasureUnit.CUP))
    assert (milk.quantity, milk.unit, milk.kilograms) == (pytest.approx(0.49), L, pytest.approx(0.6125))


def test_what_has_no_factor_is_summed_per_unit() -> None:
    loaf = (ingredient(BREAD, 2, MeasureUnit.SLICE), ingredient(BREAD, 3, MeasureUnit.SLICE))
    found = items(*loaf, ingredient(BREAD, 1, UN), ingredient(BREAD, 500, G), ingredient(BREAD, 500, ML))
    assert {item.unit: item.quantity for item in found} == {MeasureUnit.SLICE: 5, UN: 1, KG: 0.5, L: 0.5}
    assert {item.product_id for item in found} == {"bread"}


def test_what_is_not_from_the_catalogue_is_summed_by_name() -> None:
    pinch = MeasureUnit.PINCH
    salt = (ingredient(None, 1, pinch, name="Salt"), ingredient(None, 2, pinch, name=" salt "))
    (found,) = items(*salt)
    assert (found.name, found.quantity, found.unit, found.product_id) == ("Salt", 3, pinch, None)


def test_departments_are_in_order_and_the_unknown_comes_last() -> None:
    found = shopping_list(
        [ingredient(BREAD, 1, G), ingredient(MILK, 1, G), ingredient(RICE, 1, G), ingredient(None, 1, G)], PRODUCTS
    )
    assert [department.name for department in found] == ["Dairy", "Dry goods", None]
    assert [item.name for item in found[2].items] == ["Bread", "Something"]


def test_nothing_to_cook_is_nothing_to_buy() -> None:
    assert shopping_list([], PRODUCTS) == ()
