"""Addresses, contact data and profiles as JSON."""

from datetime import date
from typing import Annotated

from pydantic import EmailStr, Field

from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.domain.contact import Address, ContactInfo, Profile

Phone = Annotated[str, Field(pattern=r"^\+?[0-9 ()./-]{5,30}$")]
Email = Annotated[EmailStr, Field(max_length=254)]


class ApiAddress(ApiModel):
    """A postal address."""

    street: Annotated[str, Field(max_length=200)] | None = None
    number: Annotated[str, Field(max_length=20)] | None = None
    complement: Annotated[str, Field(max_length=200)] | None = None
    district: Annotated[str, Field(max_length=100)] | None = None
    city: Annotated[str, Field(max_length=100)] | None = None
    state: Annotated[str, Field(max_length=100)] | None = None
    zip_code: Annotated[str, Field(max_length=20)] | None = None
    country: Annotated[str, Field(max_length=100)] | None = None
    note: Annotated[str, Field(max_length=500)] | None = None

    @classmethod
    def from_domain(cls, address: Address) -> "ApiAddress":
        """The address for a client."""
        return cls.model_validate(address, from_attributes=True)

    def to_domain(self) -> Address:
        """The address that a client sent."""
        return Address(**self.model_dump())


class ApiContactInfo(ApiModel):
    """How to reach a person."""

    main_phone: Phone | None = None
    main_email: Email | None = None
    all_phones: Annotated[tuple[Phone, ...], Field(max_length=20, fail_fast=True)] = ()
    all_emails: Annotated[tuple[Email, ...], Field(max_length=20, fail_fast=True)] = ()

    @classmethod
    def from_domain(cls, contact: ContactInfo) -> "ApiContactInfo":
        """The contact data for a client."""
        return cls.model_validate(contact, from_attributes=True)

    def to_domain(self) -> ContactInfo:
        """The contact data that a client sent."""
        return ContactInfo(**self.model_dump())


class ApiProfile(ApiModel):
    """A person."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    birthday: date | None = None
    sex: Annotated[str, Field(max_length=30)] | None = None

    @classmethod
    def from_domain(cls, profile: Profile) -> "ApiProfile":
        """The profile for a client."""
        return cls(name=profile.name, birthday=profile.birthday, sex=profile.sex)

    def to_domain(self) -> Profile:
        """The profile that a client sent."""
        return Profile(name=self.name, birthday=self.birthday, sex=self.sex)
