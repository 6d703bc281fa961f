"""Two answers side by side: what must be equal, and what the FastAPI runtime may add."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .wire import Answer, Sent

_MAY_BE_ADDED = frozenset({"content-length", "date", "server", "x-request-id"})
_CHALLENGE = "www-authenticate"
_CONTEXT_BYTES = 12


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differences` are sentences; none means that a client can't tell the two apart."""

    sent: Sent
    in_lambda: Answer
    in_fastapi: Answer
    differences: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether the two answers are one."""
        return not self.differences


def compared(sent: Sent, in_lambda: Answer, in_fastapi: Answer) -> Comparison:
    """Status, every header line that the handler set, body bytes."""
    return Comparison(sent, in_lambda, in_fastapi, tuple(_differences(in_lambda, in_fastapi)))


def _differences(expected: Answer, actual: Answer) -> Iterator[str]:
    if expected.status != actual.status:
        yield f"status: {expected.status} in Lambda, {actual.status} in FastAPI"
    yield from _header_differences(expected, actual)
    if expected.body != actual.body:
        yield _first_differing_byte(expected.body, actual.body)


def _header_differences(expected: Answer, actual: Answer) -> Iterator[str]:
    ours, theirs = _by_name(expected.headers), _by_name(actual.headers)
    for name in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(name, []), theirs.get(name, [])
        if name in _MAY_BE_ADDED or (name == _CHALLENGE and actual.status == 401):
            missing = [value for value in mine if value not in other]
            if missing:
                yield f"header {name}: {missing} in Lambda is missing in FastAPI, which has {other}"
        elif mine != other:
            yield f"header {name}: {_values(mine)} in Lambda, {_values(other)} in FastAPI"


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
