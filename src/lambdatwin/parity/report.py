"""The table that the command prints."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .comparison import Comparison

_COLUMNS = "{:<9}  {:<20}  {:<44}  {:>6}  {:>7}"


@dataclass(slots=True)
class Tally:
    """How many requests were equal, of how many."""

    equal: int = 0
    total: int = 0

    @property
    def verdict(self) -> str:
        """The last line."""
        return f"{self.equal} of {self.total} requests equal"


def table(comparisons: Iterable[Comparison], tally: Tally) -> Iterator[str]:
    """Lines as they become known; differences stand below their request."""
    yield _COLUMNS.format("", "id", "request", "Lambda", "FastAPI")
    for comparison in comparisons:
        tally.total += 1
        tally.equal += comparison.equal
        yield _row(comparison)
        yield from (f"{'':<11}{difference}" for difference in comparison.differences)


def _row(comparison: Comparison) -> str:
    sent = comparison.sent
    return _COLUMNS.format(
        "equal" if comparison.equal else "DIFFERENT",
        _short(sent.id, 20),
        _short(f"{sent.method} {sent.target}", 44),
        comparison.in_lambda.status,
        comparison.in_fastapi.status,
    )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."
