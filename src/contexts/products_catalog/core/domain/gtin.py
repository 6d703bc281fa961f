"""Global Trade Item Numbers: the digits under a barcode."""

from src.contexts.shared_kernel.domain.errors import BadValue

_LENGTHS = frozenset({8, 12, 13, 14})


def checked_gtin(text: str) -> str:
    """The number if its length is that of a GTIN and its last digit fits the others; raises `BadValue`."""
    if len(text) not in _LENGTHS or not (text.isascii() and text.isdigit()):
        raise BadValue("A barcode has 8, 12, 13 or 14 digits.")
    *digits, check = (int(character) for character in text)
    # From the right, the digits before the check digit weigh 3, 1, 3, 1, ... (GS1 General Specifications, 7.9).
    weighted = sum(digit * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    if (weighted + check) % 10:
        raise BadValue("The check digit of the barcode is wrong.")
    return text
