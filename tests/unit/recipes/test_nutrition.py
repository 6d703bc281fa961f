"""Nutrition is computed from products and yields; the sums here were made by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient
from src.contexts.recipes_catalog.core.domain.nutrition import Nutrition, combined, nutrition_of_ingredients
from src.contexts.recipes_catalog.core.domain.quantities import Kilograms, kilograms
from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.product_facts import ProductFacts
from tests.unit.recipes.kit import BANANA, BREAD, FISH, KG, MILK, ML, PRODUCTS, RICE, UN, G, L, facts, ingredient


def compute(*ingredients: Ingredient) -> Nutrition:
    return nutrition_of_ingredients(ingredients, PRODUCTS)


def test_what_is_weighed_is_served() -> None:
    # 200 g of cooked rice are 80 g of raw rice.
    found = compute(ingredient(RICE, 200, G))
    assert found.weight_in_grams == pytest.approx(200)
    assert found.amount("calories") == pytest.approx(288)
    assert found.amount("carbohydrate") == pytest.approx(64)


def test_what_is_counted_is_whole() -> None:
    # Two bananas: 240 g, of which 156 g are eaten.
    found = compute(ingredient(BANANA, 2, UN))
    assert found.weight_in_grams == pytest.approx(156)
    assert found.amount("calories") == pytest.approx(140.4)


def test_volumes_weigh_by_the_products_density() -> None:
    # 200 ml are 250 g.
    found = compute(ingredient(MILK, 200, ML))
    assert found.weight_in_grams == pytest.approx(250)
    assert found.amount("protein") == pytest.approx(7.5)
    assert compute(ingredient(MILK, 1, MeasureUnit.CUP)).weight_in_grams == pytest.approx(300)


def test_bought_eaten_and_served_differ_by_the_yields() -> None:
    assert kilograms(80, G, FISH) == Kilograms(pytest.approx(0.2), pytest.approx(0.1), pytest.approx(0.08))


@pytest.mark.parametrize(
    ("quantity", "unit"), [(0.5, KG), (500, G), (500_000, MeasureUnit.MILLIGRAM), (5e8, MeasureUnit.MICROGRAM)]
)
def test_units_of_mass_agree(quantity: float, unit: MeasureUnit) -> None:
    found = kilograms(quantity, unit, RICE)
    assert found is not None
    assert found.served == pytest.approx(0.5)


@pytest.mark.parametrize("unit", [UN, L, MeasureUnit.PINCH, MeasureUnit.HANDFUL, MeasureUnit.SLICE])
def test_without_a_factor_the_weight_is_unknown(unit: MeasureUnit) -> None:
    assert kilograms(1, unit, BREAD) is None
    assert compute(ingredient(BREAD, 1, unit)) == Nutrition()


def test_an_ingredient_without_a_product_weighs_but_feeds_nobody_that_we_know() -> None:
    found = compute(ingredient(None, 50, G), ingredient(RICE, 100, G, 1))
    assert found.weight_in_grams == pytest.approx(150)
    assert found.amount("calories") == pytest.approx(144)
    assert compute(ingredient(None, 50, G)).facts is None


def test_zeros_and_dust_in_the_catalogue_are_unknown_factors() -> None:
    empty = ProductFacts(
        "empty", "Empty", edible_yield=0.0, cooking_factor=1e-300, kg_per_unit=0.0, liters_per_kg=1e-200
    )
    assert kilograms(1, KG, empty) == Kilograms(1, 1, 1)
    assert kilograms(1, UN, empty) is None
    assert kilograms(1, L, empty) is None


def test_density_and_percentages() -> None:
    # 4 kcal per gram of protein (80) and carbohydrate (240), 9 of fat (180): 500 together.
    found = Nutrition(facts(500, 20, 60, 20), 250)
    assert found.calorie_density == pytest.approx(200)
    assert found.macro_percentages is not None
    assert found.macro_percentages.protein == pytest.approx(16)
    assert found.macro_percentages.carbohydrate == pytest.approx(48)
    assert found.macro_percentages.total_fat == pytest.approx(36)


def test_what_is_unknown_has_no_density_and_no_percentages() -> None:
    assert Nutrition(None, 100).calorie_density is None
    assert Nutrition(facts(1, 1, 1, 1), None).calorie_density is None
    assert Nutrition(facts(1, 1, 1, 1), 0).calorie_density is None
    assert Nutrition(facts(1, 0, 0, 0), 100).macro_percentages is None


def test_dishes_add_up() -> None:
    both = combined([compute(ingredient(RICE, 200, G)), compute(ingredient(BANANA, 2, UN)), Nutrition()])
    assert both.amount("calories") == pytest.approx(288 + 140.4)
    assert both.weight_in_grams == pytest.approx(356)
    assert combined([]) == Nutrition()


def test_amounts_that_nobody_can_cook_are_refused() -> None:
    with pytest.raises(BadValue):
        compute(*(ingredient(None, 1_000_000, KG, place) for place in range(2)))


@given(st.sampled_from([RICE, BANANA, MILK, FISH]), st.floats(0, 1e6), st.sampled_from([G, KG, ML, UN]))
def test_a_share_of_the_quantity_is_the_same_share_of_everything(
    product: ProductFacts, quantity: float, unit: MeasureUnit
) -> None:
    whole, half = kilograms(quantity, unit, product), kilograms(quantity / 2, unit, product)
    if whole is None or half is None:
        assert whole is half is None
    else:
        assert (half.bought * 2, half.served * 2) == (pytest.approx(whole.bought), pytest.approx(whole.served))
