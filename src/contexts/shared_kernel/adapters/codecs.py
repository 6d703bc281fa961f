"""The stored forms of the shared kernel's value objects."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from src.contexts.shared_kernel.adapters.rebuilding import rebuilder
from src.contexts.shared_kernel.adapters.types import Codec, record
from src.contexts.shared_kernel.domain.contact import ContactInfo, Profile
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts, NutriValue


def _dump_facts(facts: NutriFacts) -> dict[str, Any]:
    return {name: {"value": amount.value, "unit": amount.unit.value} for name, amount in facts.values.items()}


def _load_facts(data: Mapping[str, Any]) -> NutriFacts:
    amounts = {name: _AMOUNT({"value": item["value"], "unit": _UNITS[item["unit"]]}) for name, item in data.items()}
    return _FACTS({"values": amounts})


_FACTS, _AMOUNT = rebuilder(NutriFacts, ("values",)), rebuilder(NutriValue, ("value", "unit"))
_UNITS = {unit.value: unit for unit in MeasureUnit}
_TEXTS: Codec[tuple[str, ...]] = Codec(list, tuple)
CONTACT_INFO = record(ContactInfo, all_phones=_TEXTS, all_emails=_TEXTS)
PROFILE = record(Profile, birthday=Codec(date.isoformat, date.fromisoformat))
# `{"protein": {"value": 7.5, "unit": "g"}}`
NUTRI_FACTS = Codec(_dump_facts, _load_facts)
