"""What requests may hold, and the value objects that travel in them."""

import json
from datetime import date
from typing import Any

import pytest
from pydantic import JsonValue, ValidationError

from src.contexts.shared_kernel.adapters.api_schemas.base import ApiRequest
from src.contexts.shared_kernel.adapters.api_schemas.contact import ApiAddress, ApiContactInfo, ApiProfile
from src.contexts.shared_kernel.adapters.api_schemas.tag import ApiTag
from src.contexts.shared_kernel.adapters.codecs import CONTACT_INFO, NUTRI_FACTS, PROFILE
from src.contexts.shared_kernel.adapters.types import record
from src.contexts.shared_kernel.domain.contact import Address, ContactInfo, Profile
from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.tag import Tag


class Anything(ApiRequest):
    value: JsonValue
    number: float = 0


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", ["", "é🍎", {"a": [1, 2.5, None, True]}, nested(15), 2**63 - 1, -(2**63), "\u0001", {"é": {}}]
)
def test_what_can_be_stored(value: Any) -> None:
    assert Anything.model_validate_json(json.dumps({"value": value})).value == value


@pytest.mark.parametrize(
    "value", ["\x00", "a\ud800", {"\x00": 1}, {"a": [{"b": "\x00"}]}, nested(25), 2**63, -(2**63) - 1, ["\udfff"]]
)
def test_what_cannot(value: Any) -> None:
    with pytest.raises(ValidationError):
        Anything.model_validate_json(json.dumps({"value": value}))
    with pytest.raises(ValidationError):
        Anything(value=value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_endless_numbers(number: str) -> None:
    for text in (f'{{"value": 1, "number": {number}}}', f'{{"value": [{number}]}}'):
        with pytest.raises(ValidationError):
            Anything.model_validate_json(text)


def test_contact_data_come_back() -> None:
    address = Address(street="Rua A", city="São Paulo", zip_code="01000-000")
    contact = ContactInfo(main_phone="+55 11 5555-0000", main_email="a@example.com", all_phones=("+55 11 5555-0000",))
    profile = Profile(name="Ana", birthday=date(1990, 2, 28), sex="f")
    tag = Tag("a", "b", "me", "meal")
    assert ApiAddress.from_domain(address).to_domain() == address == record(Address).load(record(Address).dump(address))
    assert ApiContactInfo.from_domain(contact).to_domain() == contact == CONTACT_INFO.load(CONTACT_INFO.dump(contact))
    assert ApiProfile.from_domain(profile).to_domain() == profile == PROFILE.load(PROFILE.dump(profile))
    assert ApiTag.from_domain(tag).to_domain() == tag == record(Tag).load(record(Tag).dump(tag))
    assert PROFILE.load({"name": "Ana", "of a newer version": 1}) == Profile(name="Ana")


def test_what_is_stored_is_read_whatever_the_rules_say_now() -> None:
    assert PROFILE.load({"name": "", "birthday": None, "sex": None}).name == ""
    assert NUTRI_FACTS.load({"protein": {"value": -1, "unit": "g"}}).amount("protein") == -1
    with pytest.raises(KeyError):
        PROFILE.load({})


@pytest.mark.parametrize(
    ("key", "value"), [("", "v"), ("k", ""), ("a:b", "v"), ("a|b", "v"), ("k", "a,b"), ("k" * 51, "v")]
)
def test_tags_that_no_filter_could_name(key: str, value: str) -> None:
    with pytest.raises(BadValue):
        Tag(key, value, "u", "meal")
    assert Tag("k", "10:30", "u", "meal").value == "10:30"


def test_a_profile_has_a_name() -> None:
    with pytest.raises(BadValue):
        Profile(" ")


@pytest.mark.parametrize(
    "contact",
    [
        {"main_email": "nobody"},
        {"main_phone": "call me"},
        {"all_emails": ["a@example.com"] * 21},
        {"main_email": "a" * 250 + "@example.com"},
    ],
)
def test_contact_data_that_are_none(contact: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ApiContactInfo.model_validate(contact)
