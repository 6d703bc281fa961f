"""Finding client identifiers in a response: pure, and linear in its length."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from src.contexts.client_onboarding.core.domain.answers import Answer, answers_of, hidden_of
from src.contexts.client_onboarding.core.domain.identifiers import ClientIdentifier, IdentifierKind
from src.contexts.client_onboarding.core.domain.normal_forms import email_of, name_of, phone_of

MAX_IDENTIFIERS = 20
_MAX_PROSE = 10_000

# How sure we are. Typeform checks what is typed into its e-mail and telephone questions; everything else is a guess.
_TYPED_EMAIL, _TYPED_PHONE = 0.98, 0.95
_ASKED, _HIDDEN, _WHOLE_ANSWER, _IN_PROSE, _DIGITS_ONLY = 0.9, 0.85, 0.8, 0.6, 0.4

# Words of the questions themselves, without accents; English, Portuguese and Spanish.
_NAME_WORDS = frozenset(
    {"name", "nome", "nombre", "fullname", "firstname", "lastname", "surname", "sobrenome", "apellido"}
)
_PHONE_WORDS = frozenset({"phone", "telephone", "mobile", "whatsapp", "telefone", "telefono", "celular", "movil"})
_EMAIL_WORDS = frozenset({"email", "mail", "correo"})
# "What is the name of your doctor?" asks for the name of a third person.
_OTHERS_WORDS = frozenset(
    {"doctor", "medico", "mother", "father", "mae", "pai", "emergency", "emergencia", "company", "pet"}
)


def extract_identifiers(data: Mapping[str, Any]) -> tuple[ClientIdentifier, ...]:
    """The identifiers of a response by kind, the surest first, each value once; at most 20."""
    found = (*_from_answers(answers_of(data)), *_from_hidden(hidden_of(data)))
    ordered = sorted(found, key=lambda one: (one.kind, -one.confidence, one.value, one.source))
    unique = {(one.kind, one.value): one for one in reversed(ordered)}
    kept = sorted(unique.values(), key=lambda one: -one.confidence)[:MAX_IDENTIFIERS]
    return tuple(sorted(kept, key=lambda one: (one.kind, -one.confidence, one.value)))


def _from_answers(answers: Iterable[Answer]) -> Iterator[ClientIdentifier]:
    for answer in answers:
        match answer.kind:
            case "email":
                yield from _one(IdentifierKind.EMAIL, email_of(answer.text), _TYPED_EMAIL, answer.label)
            case "phone_number":
                yield from _one(IdentifierKind.PHONE, phone_of(answer.text), _TYPED_PHONE, answer.label)
            case "text":
                yield from _from_text(answer.text, answer.label)


def _from_text(text: str, label: str) -> Iterator[ClientIdentifier]:
    words = _words(label)
    email = email_of(text)
    if email is not None:
        yield from _one(IdentifierKind.EMAIL, email, _ASKED if words & _EMAIL_WORDS else _WHOLE_ANSWER, label)
        return
    yield from _one(IdentifierKind.PHONE, phone_of(text), _ASKED if words & _PHONE_WORDS else _DIGITS_ONLY, label)
    if words & _NAME_WORDS and not words & _OTHERS_WORDS:
        yield from _one(IdentifierKind.NAME, name_of(text), _ASKED, label)
    yield from _emails_in(text, label)


def _emails_in(text: str, label: str) -> Iterator[ClientIdentifier]:
    for word in text[:_MAX_PROSE].split():
        if "@" in word:
            yield from _one(IdentifierKind.EMAIL, email_of(word.strip(".,;:!?()<>[]\"'")), _IN_PROSE, label)


def _from_hidden(hidden: Mapping[str, str]) -> Iterator[ClientIdentifier]:
    for name, value in hidden.items():
        words = _words(name)
        if words & _EMAIL_WORDS:
            yield from _one(IdentifierKind.EMAIL, email_of(value), _HIDDEN, name)
        elif words & _PHONE_WORDS:
            yield from _one(IdentifierKind.PHONE, phone_of(value), _HIDDEN, name)
        elif words & _NAME_WORDS:
            yield from _one(IdentifierKind.NAME, name_of(value), _HIDDEN, name)


def _one(kind: IdentifierKind, value: str | None, confidence: float, source: str) -> Iterator[ClientIdentifier]:
    if value is not None:
        yield ClientIdentifier(kind, value, confidence, source)


def _words(label: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", label[:300]).casefold().replace("e-mail", "email")
    letters = (character if character.isalnum() else " " for character in plain if not unicodedata.combining(character))
    return frozenset("".join(letters).split())
