"""Two answers side by side: what must be equal, what the FastAPI runtime may add, what cannot be compared."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .wire import Answer, Sent, Undecided

_MAY_BE_ADDED = frozenset({"apigw-requestid", "content-length", "date", "server", "x-request-id"})
_CHALLENGE = "www-authenticate"
_CONTEXT_BYTES = 12
# UUIDs, times of ISO 8601 and of HTTP, seconds and milliseconds since 1970.
_OWN_VALUES = re.compile(
    r"\b[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}\b"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?"
    r"|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
    r"|\b1[6-9]\d{8}(\d{3}){0,3}(\.\d+)?\b",
    re.IGNORECASE,
)
# How long a Lambda authorizer took, as the event says in milliseconds: no two calls agree on it.
_LATENCY = re.compile(rb"(?<=integrationLatency)(\W{1,6})\d+")
_OWN_REASON = "both have ids or times of the backend's own, which differ: Project.sources gives both sides the same"


class Verdict(StrEnum):
    """What one request shows."""

    EQUAL = "equal"
    DIFFERENT = "DIFFERENT"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differences` are sentences about the parts that could be compared; `unsure` are parts that differ in nothing but
    ids and times of the backend's own."""

    sent: Sent
    in_lambda: Answer
    in_fastapi: Answer
    differences: tuple[str, ...]
    unsure: tuple[Undecided, ...] = ()

    @property
    def undecided(self) -> tuple[Undecided, ...]:
        """The parts that could not be compared, and why."""
        return self.in_lambda.undecided + self.unsure

    @property
    def verdict(self) -> Verdict:
        """Equal only where the whole answer could be compared."""
        if self.differences:
            return Verdict.DIFFERENT
        return Verdict.UNDECIDED if self.undecided else Verdict.EQUAL

    @property
    def equal(self) -> bool:
        """Whether the two answers are proven to be one."""
        return self.verdict is Verdict.EQUAL


def compared(sent: Sent, in_lambda: Answer, in_fastapi: Answer, *, known_sources: bool = True) -> Comparison:
    """Status, every header line that the handler set, body bytes. `known_sources`: both sides have one clock and one
    source of ids; without them ids and times may differ."""
    unknown = {item.part for item in in_lambda.undecided}
    found = () if "answer" in unknown else _differences(in_lambda, in_fastapi)
    differences = {part: sentence for part, sentence in found if part not in unknown}
    if not known_sources:
        kept = {part for part, _ in _differences(_without_own_values(in_lambda), _without_own_values(in_fastapi))}
        unsure = tuple(Undecided(part, _OWN_REASON) for part in differences if part not in kept)
        remaining = tuple(sentence for part, sentence in differences.items() if part in kept)
        return Comparison(sent, in_lambda, in_fastapi, remaining, unsure)
    return Comparison(sent, in_lambda, in_fastapi, tuple(differences.values()))


def _without_own_values(answer: Answer) -> Answer:
    headers = tuple((name, _OWN_VALUES.sub("", value)) for name, value in answer.headers)
    return Answer(answer.status, headers, _OWN_VALUES.sub("", answer.body.decode("latin-1")).encode("latin-1"))


def _differences(expected: Answer, actual: Answer) -> Iterator[tuple[str, str]]:
    if expected.status != actual.status:
        yield "status", f"status: {expected.status} in Lambda, {actual.status} in FastAPI"
    yield from _header_differences(expected, actual)
    in_lambda, in_fastapi = (_LATENCY.sub(rb"\1", answer.body) for answer in (expected, actual))
    if in_lambda != in_fastapi:
        yield "body", _first_differing_byte(in_lambda, in_fastapi)


def _header_differences(expected: Answer, actual: Answer) -> Iterator[tuple[str, str]]:
    ours, theirs = _by_name(expected.headers), _by_name(actual.headers)
    for name in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(name, []), theirs.get(name, [])
        if name in _MAY_BE_ADDED or (name == _CHALLENGE and actual.status == 401):
            missing = [value for value in mine if value not in other]
            if missing:
                yield name, f"header {name}: {missing} in Lambda is missing in FastAPI, which has {other}"
        elif mine != other:
            yield name, f"header {name}: {_values(mine)} in Lambda, {_values(other)} in FastAPI"


def _by_name(lines: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for name, value in lines:
        named.setdefault(name, []).append(value)
    return named


def _values(values: list[str]) -> str:
    return " and ".join(map(repr, values)) or "nothing"


def _first_differing_byte(expected: bytes, actual: bytes) -> str:
    at = next(
        (i for i, (a, b) in enumerate(zip(expected, actual, strict=False)) if a != b), min(len(expected), len(actual))
    )
    return f"body: byte {at} differs: {_around(expected, at)} in Lambda, {_around(actual, at)} in FastAPI"


def _around(body: bytes, at: int) -> str:
    start = max(0, at - _CONTEXT_BYTES)
    return f"{body[start : at + _CONTEXT_BYTES]!r} of {len(body)}"
