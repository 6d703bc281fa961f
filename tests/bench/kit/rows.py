"""Rows of measurements: several servers under the same load in turn, each compared with the baseline of its round."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.kit.load import Load, Source
from tests.bench.kit.servers import Server

_LONGEST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured: a server and the requests that it gets."""

    name: str
    server: Server
    source: Source
    status: int = 200


@dataclass(slots=True)
class Sample:
    """One short run; `refused` counts its 503s, which are no answers here."""

    per_second: float
    cpu_microseconds: float
    p50: float
    p99: float
    refused: int


@dataclass(slots=True)
class Figures:
    """All runs of a row at one concurrency."""

    row: Row
    samples: list[Sample] = field(default_factory=list)

    def middle(self, value: Callable[[Sample], float]) -> float:
        return median(value(sample) for sample in self.samples)

    def ratio(self, baseline: "Figures", value: Callable[[Sample], float]) -> float:
        """The median over rounds of this row's value to the baseline's of the same round."""
        pairs = zip(self.samples, baseline.samples, strict=True)
        return median(value(mine) / value(theirs) for mine, theirs in pairs)


async def measure(rows: Sequence[Row], concurrency: int, rounds: int, seconds: float) -> list[Figures]:
    """Alternate between the rows, so that whatever else the machine does falls on all of them."""
    figures = [Figures(row) for row in rows]
    for row in rows:
        await _run(row, concurrency, 0.3)
    for _ in range(rounds):
        for entry in figures:
            entry.samples.append(await _run(entry.row, concurrency, seconds))
    return figures


async def _run(row: Row, concurrency: int, seconds: float) -> Sample:
    before = row.server.cpu_seconds()
    outcome = await Load(row.server.port, row.source).closed(concurrency, seconds)
    spent = row.server.cpu_seconds() - before
    if outcome.answered < concurrency and seconds < _LONGEST_SECONDS:
        # On a loaded machine a short run can end before anything is answered.
        return await _run(row, concurrency, seconds * 3)
    answers, refused = outcome.statuses[row.status], outcome.statuses[503]
    if not answers or answers + refused < outcome.statuses.total() or outcome.broken:
        raise AssertionError(f"{row.name}: answers {outcome.statuses}, broken connections {outcome.broken}")
    rate = outcome.per_second * answers / (answers + refused)
    return Sample(rate, spent / answers * 1e6, outcome.percentile(0.5), outcome.percentile(0.99), refused)


def print_table(
    title: str,
    figures: Sequence[Figures],
    baseline: Figures,
    most_cpu: Mapping[str, float] | None = None,
    least_rate: Mapping[str, float] | None = None,
) -> None:
    """A row each, with its ratios to the baseline; `most_cpu` and `least_rate` are targets of those ratios by row."""
    print(f"\n{title}")
    columns = {"cpu/req": 10, "ratio": 8, "target": 8, "req/s": 9, "ratio ": 7, "target ": 8, "p50 ms": 9, "p99 ms": 9}
    print(f"  {'':42}" + "".join(f"{name.strip():>{width}}" for name, width in columns.items()))
    for entry in figures:
        cpu, rate = (mapping.get(entry.row.name) if mapping else None for mapping in (most_cpu, least_rate))
        print(
            f"  {entry.row.name:42}{entry.middle(lambda s: s.cpu_microseconds):>7.0f} us"
            f"{entry.ratio(baseline, lambda s: s.cpu_microseconds):>8.2f}{f'<= {cpu}' if cpu else '':>8}"
            f"{entry.middle(lambda s: s.per_second):>9.0f}{entry.ratio(baseline, lambda s: s.per_second):>7.2f}"
            f"{f'>= {rate}' if rate else '':>8}"
            f"{entry.middle(lambda s: s.p50):>9.2f}{entry.middle(lambda s: s.p99):>9.2f}{_refused(entry)}",
            flush=True,
        )


def _refused(figures: Figures) -> str:
    refused = sum(sample.refused for sample in figures.samples)
    return f"  {refused} refused (503)" if refused else ""
