"""Nutrition facts as JSON; a nutrient that is not known is left out."""

from operator import not_
from typing import Annotated

from pydantic import BeforeValidator, Field

from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts, NutriValue


class ApiNutriValue(ApiModel):
    """An amount of one nutrient."""

    value: Annotated[float, Field(strict=True, ge=0, le=1e9)]
    unit: MeasureUnit


# Asked for every nutrient of everything that is shown, so a function of C: a model is never false, None always is.
Nutrient = Annotated[ApiNutriValue | None, Field(exclude_if=not_)]


class ApiNutriFacts(ApiModel):
    """The nutrients by name: energy in kcal, the others in the unit that is given with the amount."""

    calories: Nutrient = None
    protein: Nutrient = None
    carbohydrate: Nutrient = None
    total_fat: Nutrient = None
    saturated_fat: Nutrient = None
    trans_fat: Nutrient = None
    monounsaturated_fat: Nutrient = None
    polyunsaturated_fat: Nutrient = None
    omega_3: Nutrient = None
    omega_6: Nutrient = None
    omega_7: Nutrient = None
    omega_9: Nutrient = None
    linoleic_acid: Nutrient = None
    alpha_linolenic_acid: Nutrient = None
    epa: Nutrient = None
    dha: Nutrient = None
    cholesterol: Nutrient = None
    dietary_fiber: Nutrient = None
    soluble_fiber: Nutrient = None
    insoluble_fiber: Nutrient = None
    beta_glucan: Nutrient = None
    inulin: Nutrient = None
    resistant_starch: Nutrient = None
    starch: Nutrient = None
    sugar: Nutrient = None
    added_sugar: Nutrient = None
    glucose: Nutrient = None
    fructose: Nutrient = None
    sucrose: Nutrient = None
    lactose: Nutrient = None
    maltose: Nutrient = None
    galactose: Nutrient = None
    sugar_alcohol: Nutrient = None
    alcohol: Nutrient = None
    water: Nutrient = None
    ash: Nutrient = None
    caffeine: Nutrient = None
    theobromine: Nutrient = None
    sodium: Nutrient = None
    calcium: Nutrient = None
    iron: Nutrient = None
    zinc: Nutrient = None
    magnesium: Nutrient = None
    phosphorus: Nutrient = None
    potassium: Nutrient = None
    chloride: Nutrient = None
    sulfur: Nutrient = None
    copper: Nutrient = None
    manganese: Nutrient = None
    selenium: Nutrient = None
    iodine: Nutrient = None
    chromium: Nutrient = None
    molybdenum: Nutrient = None
    fluoride: Nutrient = None
    vitamin_a: Nutrient = None
    retinol: Nutrient = None
    beta_carotene: Nutrient = None
    lycopene: Nutrient = None
    lutein_zeaxanthin: Nutrient = None
    vitamin_b1: Nutrient = None
    vitamin_b2: Nutrient = None
    vitamin_b3: Nutrient = None
    vitamin_b5: Nutrient = None
    vitamin_b6: Nutrient = None
    vitamin_b7: Nutrient = None
    vitamin_b9: Nutrient = None
    vitamin_b12: Nutrient = None
    vitamin_c: Nutrient = None
    vitamin_d: Nutrient = None
    vitamin_e: Nutrient = None
    vitamin_k: Nutrient = None
    choline: Nutrient = None
    taurine: Nutrient = None
    carnitine: Nutrient = None
    creatine: Nutrient = None
    arginine: Nutrient = None
    glutamine: Nutrient = None
    leucine: Nutrient = None
    isoleucine: Nutrient = None
    valine: Nutrient = None
    lysine: Nutrient = None
    tryptophan: Nutrient = None

    @classmethod
    def from_domain(cls, facts: NutriFacts) -> "ApiNutriFacts":
        """The facts for a client."""
        return cls.model_validate(facts.values, from_attributes=True)

    def to_domain(self) -> NutriFacts:
        """The facts that a client sent; raises `BadValue` for calories in grams, and the like."""
        given = ((name, getattr(self, name)) for name in type(self).model_fields if name in self.model_fields_set)
        return NutriFacts({name: NutriValue(item.value, item.unit) for name, item in given if item is not None})


def _amounts(value: object) -> object:
    return value.values if isinstance(value, NutriFacts) else value


# For a schema that is read from the attributes of a thing which has the domain's facts.
FactsOfThing = Annotated[ApiNutriFacts, BeforeValidator(_amounts)]
