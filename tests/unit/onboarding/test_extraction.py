"""Client identifiers in a response."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.contexts.client_onboarding.core.domain.extraction import MAX_IDENTIFIERS, extract_identifiers

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=15,
)
LABELS = st.sampled_from(["Name", "E-mail", "WhatsApp", "Your doctor's name", "Goal", ""])
KINDS = st.sampled_from(["text", "email", "phone_number", "choice", "number"])


def response(*answers: tuple[str, str, Any], hidden: dict[str, Any] | None = None) -> dict[str, Any]:
    """A response with (question, type, answer)s."""
    return {
        "definition": {"fields": [{"id": str(n), "title": title} for n, (title, _, _) in enumerate(answers)]},
        "answers": [{"type": kind, kind: value, "field": {"id": str(n)}} for n, (_, kind, value) in enumerate(answers)],
        "hidden": hidden,
    }


def found(data: dict[str, Any]) -> list[tuple[str, str, float]]:
    return [(one.kind.value, one.value, one.confidence) for one in extract_identifiers(data)]


def test_typed_questions_are_the_surest() -> None:
    data = response(
        ("What is your full name?", "text", "Ana Souza"),
        ("Your e-mail", "email", "Ana@Example.com"),
        ("Your phone", "phone_number", "+55 11 95555-0101"),
        ("Goal", "text", "Eat more vegetables"),
    )
    assert found(data) == [
        ("email", "ana@example.com", 0.98),
        ("name", "Ana Souza", 0.9),
        ("phone", "+5511955550101", 0.95),
    ]


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Qual é o seu nome?", "José Araújo", [("name", "José Araújo", 0.9)]),
        ("Apellido", "García", [("name", "García", 0.9)]),
        ("What is the name of your doctor?", "Ana Souza", []),
        ("Correo electrónico", "ana@example.com", [("email", "ana@example.com", 0.9)]),
        ("Anything else?", "ana@example.com", [("email", "ana@example.com", 0.8)]),
        ("Anything else?", "Write to <ana@example.com>, please.", [("email", "ana@example.com", 0.6)]),
        ("WhatsApp", "11 95555-0101", [("phone", "11955550101", 0.9)]),
        ("Customer number", "11955550101", [("phone", "11955550101", 0.4)]),
        ("Name", "42", []),
        ("Favourite food", "Ana Souza", []),
    ],
)
def test_text_is_read_by_its_question(question: str, answer: str, expected: list[Any]) -> None:
    assert found(response((question, "text", answer))) == expected


def test_hidden_fields_count() -> None:
    hidden = {"email": "ana@example.com", "phone": "11955550101", "first_name": "Ana", "utm_source": "ana@other.com"}
    assert found(response(hidden=hidden)) == [
        ("email", "ana@example.com", 0.85),
        ("name", "Ana", 0.85),
        ("phone", "11955550101", 0.85),
    ]


def test_a_value_counts_once_with_its_best_confidence() -> None:
    data = response(("Mail", "text", "ana@example.com"), ("Mail again", "email", "ANA@example.com"))
    assert found(data) == [("email", "ana@example.com", 0.98)]
    assert extract_identifiers(data)[0].source == "Mail again"


def test_an_answer_that_is_not_what_its_type_says_is_nothing() -> None:
    assert found(response(("E-mail", "email", "not an address"), ("Phone", "phone_number", 5))) == []


def test_no_more_than_the_limit() -> None:
    data = response(*((f"E-mail {n}", "email", f"a{n}@example.com") for n in range(100)))
    assert len(found(data)) == MAX_IDENTIFIERS


@given(st.dictionaries(st.sampled_from(["answers", "definition", "hidden"]), ANYTHING))
def test_no_json_makes_it_fail(data: dict[str, Any]) -> None:
    assert isinstance(extract_identifiers(data), tuple)


@given(st.lists(st.tuples(LABELS, KINDS, ANYTHING | st.emails() | st.text("0123456789 +-", max_size=25)), max_size=8))
def test_confidence_order_and_uniqueness(answers: list[tuple[str, str, Any]]) -> None:
    identifiers = extract_identifiers(response(*answers))
    assert all(0 < one.confidence <= 1 for one in identifiers)
    assert len({(one.kind, one.value) for one in identifiers}) == len(identifiers)
    assert list(identifiers) == sorted(identifiers, key=lambda one: (one.kind, -one.confidence, one.value))


@given(st.lists(st.tuples(LABELS, KINDS, st.text(max_size=20) | st.emails()), max_size=6))
def test_the_order_of_the_answers_does_not_matter(answers: list[tuple[str, str, Any]]) -> None:
    assert found(response(*answers)) == found(response(*reversed(answers)))


@pytest.mark.parametrize("hostile", ["a@" * 500_000, "a." * 500_000, "@" * 1_000_000, "a " * 500_000, "+1-" * 333_333])
def test_a_megabyte_of_hostile_text_takes_no_time(hostile: str) -> None:
    started = time.process_time()
    extract_identifiers(response(("Your name and e-mail", "text", hostile), (hostile, "email", hostile)))
    # Linear work takes milliseconds here; quadratic work would take hours.
    assert time.process_time() - started < 2
