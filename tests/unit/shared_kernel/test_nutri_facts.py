"""Adding and scaling nutrition facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.contexts.shared_kernel.adapters.api_schemas.nutri_facts import ApiNutriFacts
from src.contexts.shared_kernel.adapters.codecs import NUTRI_FACTS
from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts, NutriValue, total
from src.contexts.shared_kernel.domain.nutrients import NUTRIENTS

G, MG, MCG, IU, KCAL = (
    MeasureUnit.GRAM,
    MeasureUnit.MILLIGRAM,
    MeasureUnit.MICROGRAM,
    MeasureUnit.IU,
    MeasureUnit.ENERGY,
)


def facts(**amounts: tuple[float, MeasureUnit]) -> NutriFacts:
    return NutriFacts({name: NutriValue(*amount) for name, amount in amounts.items()})


def test_what_both_know_is_added_and_what_one_knows_is_kept() -> None:
    found = facts(protein=(2, G), calories=(10, KCAL)) + facts(protein=(3, G), sodium=(5, MG))
    assert found == facts(protein=(5, G), calories=(10, KCAL), sodium=(5, MG))


def test_units_are_converted_when_they_differ() -> None:
    found = facts(sodium=(0.5, G), vitamin_d=(1, MCG)) + facts(sodium=(1, MG), vitamin_d=(10, IU))
    assert found == facts(sodium=(501, MG), vitamin_d=(50, IU))
    assert facts(sodium=(2, G)).amount("sodium") == 2000
    assert facts(sodium=(2, G)).amount("protein") is None


def test_scaling_and_the_sum_of_several() -> None:
    assert facts(protein=(2, G)).scaled(1.5) == facts(protein=(3, G))
    assert total([]) == NutriFacts()
    assert total([facts(protein=(1, G))] * 3) == facts(protein=(3, G))


@pytest.mark.parametrize(
    ("name", "unit"), [("calories", G), ("protein", KCAL), ("protein", IU), ("vitamin_c", MeasureUnit.CUP)]
)
def test_units_that_do_not_fit(name: str, unit: MeasureUnit) -> None:
    with pytest.raises(BadValue, match=name):
        NutriFacts({name: NutriValue(1, unit)})
    sent = ApiNutriFacts.model_validate({name: {"value": 1, "unit": unit}})
    with pytest.raises(BadValue, match="can't be used"):
        sent.to_domain()


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_amounts_that_nothing_has(value: float) -> None:
    with pytest.raises(BadValue):
        NutriValue(value, G)
    with pytest.raises(BadValue):
        NutriValue(1, G).scaled(value)


def test_unknown_nutrients() -> None:
    with pytest.raises(BadValue):
        facts(phlogiston=(1, G))


def test_the_schema_knows_every_nutrient_and_no_other() -> None:
    assert list(ApiNutriFacts.model_fields) == list(NUTRIENTS)
    assert len(NUTRIENTS) >= 80


amounts = st.dictionaries(st.sampled_from(sorted(NUTRIENTS)), st.floats(0, 1e6), max_size=10).map(
    lambda values: NutriFacts({name: NutriValue(value, NUTRIENTS[name]) for name, value in values.items()})
)


@given(amounts)
def test_the_stored_form_and_the_form_for_clients_lose_nothing(given_facts: NutriFacts) -> None:
    assert NUTRI_FACTS.load(NUTRI_FACTS.dump(given_facts)) == given_facts
    text = ApiNutriFacts.from_domain(given_facts).model_dump_json()
    assert ApiNutriFacts.model_validate_json(text).to_domain() == given_facts


@given(amounts, amounts)
def test_the_order_of_a_sum_does_not_matter(left: NutriFacts, right: NutriFacts) -> None:
    assert left + right == right + left
    assert left + NutriFacts() == left
