"""Reads a Typeform response; any JSON is tolerated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_ANSWERS = 500
_MAX_LABEL = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the question's text, Typeform's type of the answer, and the answer as it was sent."""

    label: str
    kind: str
    value: Any

    @property
    def text(self) -> str:
        """The answer if it is text, else nothing."""
        return self.value if isinstance(self.value, str) else ""


def answers_of(data: Mapping[str, Any]) -> tuple[Answer, ...]:
    """The answers in their order; what is not an answer is passed over."""
    titles = _titles(data)
    sent = data.get("answers")
    found = (_answer(item, titles) for item in (sent[:MAX_ANSWERS] if isinstance(sent, list) else ()))
    return tuple(answer for answer in found if answer is not None)


def hidden_of(data: Mapping[str, Any]) -> dict[str, str]:
    """The hidden fields with a text: what the link that the client opened carried."""
    hidden = data.get("hidden")
    pairs = list(hidden.items())[:MAX_ANSWERS] if isinstance(hidden, Mapping) else []
    return {str(name)[:_MAX_LABEL]: value for name, value in pairs if isinstance(value, str)}


def _answer(item: Any, titles: Mapping[str, str]) -> Answer | None:
    if not isinstance(item, Mapping) or not isinstance(item.get("type"), str):
        return None
    kind = item["type"]
    field = item.get("field")
    return Answer(_label(field if isinstance(field, Mapping) else {}, titles), kind, _plain(item.get(kind)))


def _plain(value: Any) -> Any:
    # A choice is {"label": ...}, several are {"labels": [...]}; both may carry "other", the client's own words.
    if isinstance(value, Mapping):
        return next((value[key] for key in ("label", "labels", "other") if value.get(key)), dict(value))
    return value


def _label(field: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    identifier, reference = field.get("id"), field.get("ref")
    title = titles.get(identifier) if isinstance(identifier, str) else None
    named = title or (reference if isinstance(reference, str) else None) or identifier
    return named[:_MAX_LABEL] if isinstance(named, str) else ""


def _titles(data: Mapping[str, Any]) -> dict[str, str]:
    definition = data.get("definition")
    fields = definition.get("fields") if isinstance(definition, Mapping) else None
    return dict(_title_pairs(fields)) if isinstance(fields, list) else {}


def _title_pairs(fields: list[Any]) -> Iterator[tuple[str, str]]:
    for field in fields:
        if isinstance(field, Mapping) and isinstance(field.get("id"), str) and isinstance(field.get("title"), str):
            yield field["id"], field["title"]
