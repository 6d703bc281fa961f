"""The table that the command prints."""

from collections import Counter
from collections.abc import Iterable, Iterator

from .comparison import Comparison, Verdict

_COLUMNS = "{:<9}  {:<20}  {:<44}  {:>6}  {:>7}"


class Tally(Counter[Verdict]):
    """The number of requests for each outcome."""

    @property
    def conclusion(self) -> str:
        """The last line."""
        words = f"{self[Verdict.EQUAL]} of {self.total()} requests equal"
        undecided = self[Verdict.UNDECIDED]
        return f"{words}, {undecided} could not be compared" if undecided else words


def table(comparisons: Iterable[Comparison], tally: Tally) -> Iterator[str]:
    """Lines as they become known; differences, and what could not be compared, stand below their request."""
    yield _COLUMNS.format("", "id", "request", "Lambda", "FastAPI")
    for comparison in comparisons:
        tally[comparison.verdict] += 1
        yield _row(comparison)
        yield from (f"{'':<11}{difference}" for difference in comparison.differences)
        if comparison.differences and comparison.in_lambda.failure:
            yield f"{'':<11}the function failed in Lambda: {comparison.in_lambda.failure}"
        yield from (f"{'':<11}not compared: {item.part} ({item.reason})" for item in comparison.undecided)


def _row(comparison: Comparison) -> str:
    sent = comparison.sent
    return _COLUMNS.format(
        comparison.verdict,
        _short(sent.id, 20),
        _short(f"{sent.method} {sent.target}", 44),
        comparison.in_lambda.status,
        comparison.in_fastapi.status,
    )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."
