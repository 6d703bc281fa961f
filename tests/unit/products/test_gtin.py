"""Check digits of barcodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.contexts.products_catalog.core.domain.gtin import checked_gtin
from src.contexts.shared_kernel.domain.errors import BadValue

VALID = ("96385074", "036000291452", "4006381333931", "7891000315507", "10012345678902", "00000000")


@pytest.mark.parametrize("barcode", VALID)
def test_valid(barcode: str) -> None:
    assert checked_gtin(barcode) == barcode


@given(st.sampled_from(VALID), st.data())
def test_one_wrong_digit_is_always_noticed(barcode: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(barcode) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda one: one != barcode[place]))
    with pytest.raises(BadValue):
        checked_gtin(barcode[:place] + digit + barcode[place + 1 :])


@pytest.mark.parametrize(
    "barcode", ["", "1", "7891000315", "78910003155070", "789100031550x", "٧٨٩١٠٠٠٣١٥٥٠٧", "-4006381333931"]
)
def test_not_even_digits(barcode: str) -> None:
    with pytest.raises(BadValue):
        checked_gtin(barcode)
