"""Nutrition facts: amounts of nutrients that can be added and scaled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.nutrients import NUTRIENTS
from src.contexts.shared_kernel.domain.rules import require_between

_MICROGRAMS: Mapping[MeasureUnit, float] = MappingProxyType(
    {
        MeasureUnit.KILOGRAM: 1e9,
        MeasureUnit.GRAM: 1e6,
        MeasureUnit.MILLIGRAM: 1e3,
        MeasureUnit.MICROGRAM: 1.0,
    }
)
# An international unit is a mass that differs from vitamin to vitamin (retinol, cholecalciferol, d-alpha-tocopherol).
_MICROGRAMS_PER_IU: Mapping[str, float] = MappingProxyType({"vitamin_a": 0.3, "vitamin_d": 0.025, "vitamin_e": 670.0})


@dataclass(frozen=True, slots=True)
class NutriValue:
    """An amount of one nutrient."""

    value: float
    unit: MeasureUnit

    def __post_init__(self) -> None:
        require_between("value", self.value, 0)

    def scaled(self, factor: float) -> "NutriValue":
        """`factor` times the amount."""
        return NutriValue(self.value * factor, self.unit)


@dataclass(frozen=True, slots=True)
class NutriFacts:
    """The known nutrients by their names in `NUTRIENTS`; a nutrient that is absent is unknown, not zero."""

    values: Mapping[str, NutriValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, amount in self.values.items():
            if name not in NUTRIENTS:
                raise BadValue(f"There is no nutrient {name}.")
            _factor(name, amount.unit)

    def __add__(self, other: "NutriFacts") -> "NutriFacts":
        both = {name: _sum(name, self.values[name], other.values[name]) for name in self.values if name in other.values}
        return NutriFacts({**self.values, **other.values, **both})

    def scaled(self, factor: float) -> "NutriFacts":
        """`factor` times every amount."""
        return NutriFacts({name: amount.scaled(factor) for name, amount in self.values.items()})

    def amount(self, name: str) -> float | None:
        """The amount in the nutrient's own unit, None when unknown."""
        found = self.values.get(name)
        return None if found is None else found.value * _factor(name, found.unit)


def total(facts: Iterable[NutriFacts]) -> NutriFacts:
    """The sum of all."""
    return sum(facts, start=NutriFacts())


def _sum(name: str, left: NutriValue, right: NutriValue) -> NutriValue:
    if left.unit == right.unit:
        return NutriValue(left.value + right.value, left.unit)
    amounts = (one.value * _factor(name, one.unit) for one in (left, right))
    return NutriValue(sum(amounts), NUTRIENTS[name])


def _factor(name: str, unit: MeasureUnit) -> float:
    """What an amount in `unit` is multiplied with to be in the nutrient's own unit."""
    own = NUTRIENTS[name]
    if unit == own:
        return 1.0
    given_mass, own_mass = _mass(name, unit), _mass(name, own)
    if given_mass is None or own_mass is None:
        raise BadValue(f"The unit {unit} can't be used for {name}; use {own}.")
    return given_mass / own_mass


def _mass(name: str, unit: MeasureUnit) -> float | None:
    return _MICROGRAMS_PER_IU.get(name) if unit is MeasureUnit.IU else _MICROGRAMS.get(unit)
