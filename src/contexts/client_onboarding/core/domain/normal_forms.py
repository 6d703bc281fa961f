"""The normal forms of e-mail addresses, telephone numbers and names, or None for a text that is none.

Plain string operations, each of one pass: the texts come from strangers, and a pattern that backtracks would let one
of them stop the process.
"""

_EMAIL_LENGTH, _LOCAL_LENGTH = 254, 64
_PHONE_DIGITS = range(8, 16)
_PHONE_LENGTH = 40
_NAME_LENGTH = 200
_LOCAL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-")
_LABEL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_PHONE_MARKS = frozenset(" ().-/\u00a0")
_DIGITS = frozenset("0123456789")
_NAME_MARKS = frozenset(" .'\u2019-")


def email_of(text: str) -> str | None:
    """The address in lower case."""
    if len(text) > _EMAIL_LENGTH + 20:
        return None
    address = text.strip().lower()
    local, at, domain = address.partition("@")
    fits = at and len(address) <= _EMAIL_LENGTH and _is_local_part(local) and _is_domain(domain)
    return address if fits else None


def phone_of(text: str) -> str | None:
    """The digits, after a + if the number has one."""
    if len(text) > _PHONE_LENGTH:
        return None
    number = text.strip()
    rest = number.removeprefix("+")
    digits = "".join(character for character in rest if character in _DIGITS)
    if len(digits) not in _PHONE_DIGITS or not set(rest) <= _DIGITS | _PHONE_MARKS:
        return None
    return f"+{digits}" if number.startswith("+") else digits


def name_of(text: str) -> str | None:
    """The name with single spaces."""
    if len(text) > _NAME_LENGTH:
        return None
    name = " ".join(text.split())
    letters = sum(character.isalpha() for character in name)
    plausible = all(character.isalpha() or character in _NAME_MARKS for character in name)
    return name if letters > 1 and plausible else None


def _is_local_part(local: str) -> bool:
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    return 0 < len(local) <= _LOCAL_LENGTH and not dots and set(local) <= _LOCAL_CHARACTERS


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return len(labels) > 1 and len(labels[-1]) > 1 and not labels[-1].isdigit() and all(map(_is_label, labels))


def _is_label(label: str) -> bool:
    hyphens = label.startswith("-") or label.endswith("-")
    return 0 < len(label) <= 63 and not hyphens and set(label) <= _LABEL_CHARACTERS
