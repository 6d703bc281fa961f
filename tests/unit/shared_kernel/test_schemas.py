"""What requests may hold, and the value objects that travel in them."""

import json
from datetime import date
from typing import Any

import pytest
from pydantic import JsonValue, ValidationError

from src.contexts.shared_kernel.adapters.api_schemas.base import ApiRequest
from src.contexts.shared_kernel.adapters.api_schemas.contact import ApiAddress, ApiContactInfo, ApiProfile
from src.contexts.shared_kernel.adapters.api_schemas.tag import ApiTag
from src.contexts.shared_kernel.domain.contact import Address, ContactInfo, Profile
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
    assert ApiAddress.from_domain(address).to_domain() == address == Address.from_json(address.to_json())
    assert ApiContactInfo.from_domain(contact).to_domain() == contact == ContactInfo.from_json(contact.to_json())
    assert ApiProfile.from_domain(profile).to_domain() == profile == Profile.from_json(profile.to_json())
    assert ApiTag.from_domain(tag).to_domain() == tag == Tag.from_json(tag.to_json())
    assert Profile.from_json({"name": "Ana"}) == Profile(name="Ana")


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
