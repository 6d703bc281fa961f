"""Reading answers, and what a client keeps of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from src.contexts.client_onboarding.core.domain.answers import answers_of
from src.contexts.client_onboarding.core.domain.response import FormResponse, named_client, onboarding_data

CLIENT = "33333333-3333-4333-8333-333333333333"


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ({"type": "text", "text": "Soup"}, "Soup"),
        ({"type": "number", "number": 3}, 3),
        ({"type": "boolean", "boolean": False}, False),
        ({"type": "choice", "choice": {"id": "x", "label": "Vegan"}}, "Vegan"),
        ({"type": "choice", "choice": {"other": "Raw"}}, "Raw"),
        ({"type": "choices", "choices": {"labels": ["Milk", "Eggs"]}}, ["Milk", "Eggs"]),
        ({"type": "payment", "payment": {"amount": "1"}}, {"amount": "1"}),
        ({"type": "date"}, None),
    ],
)
def test_the_plain_answer(answer: dict[str, Any], value: Any) -> None:
    (read,) = answers_of({"answers": [answer]})
    assert read.value == value


def test_the_question_names_the_answer_else_its_reference_else_its_id() -> None:
    data = {
        "definition": {"fields": [{"id": "a", "title": "Your goal?"}]},
        "answers": [
            {"type": "text", "text": "1", "field": {"id": "a", "ref": "goal"}},
            {"type": "text", "text": "2", "field": {"id": "b", "ref": "weight"}},
            {"type": "text", "text": "3", "field": {"id": "c"}},
            {"type": "text", "text": "4"},
        ],
    }
    assert [answer.label for answer in answers_of(data)] == ["Your goal?", "weight", "c", ""]


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        ({"client_id": CLIENT}, CLIENT),
        ({"client_id": CLIENT.upper()}, CLIENT),
        ({"client_id": "xxxxx"}, None),
        ({"client_id": 5}, None),
        ({}, None),
        (None, None),
        ([], None),
    ],
)
def test_the_client_that_a_response_names(hidden: Any, expected: str | None) -> None:
    assert named_client({"hidden": hidden}) == expected


def test_what_a_client_keeps() -> None:
    data = {
        "definition": {"fields": [{"id": "a", "title": "Your goal?"}]},
        "answers": [{"type": "text", "text": "Soup", "field": {"id": "a"}}, {"type": "number", "number": 70}],
    }
    response = FormResponse(
        id="1",
        form_id=7,
        user_id="u",
        response_id="r",
        submission_id="s",
        response_data=data,
        client_identifiers=(),
        data_size=0,
        submitted_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    assert onboarding_data(response) == {
        "form_id": 7,
        "response_id": "r",
        "submitted_at": "2026-01-02T00:00:00+00:00",
        "answers": {"Your goal?": "Soup", "number": 70},
        "client_identifiers": [],
    }
