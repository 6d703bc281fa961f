"""The table that the command prints."""

import pytest

from src.lambdatwin.parity.comparison import Comparison, Verdict, compared
from src.lambdatwin.parity.report import Tally, table
from src.lambdatwin.parity.wire import Answer, Sent, Undecided

SENT = Sent("r-1", "GET", "/a", (), b"")
PLAIN = Answer(200, (), b"a")
DOUBTED = Answer(200, (("x-a", "1"),), b"a", (Undecided("x-a", "no source"),))


def _compared(in_lambda: Answer, in_fastapi: Answer) -> Comparison:
    return compared(SENT, in_lambda, in_fastapi)


def test_what_cannot_be_compared_is_not_equal() -> None:
    for other in (DOUBTED, PLAIN):
        comparison = _compared(DOUBTED, other)
        assert comparison.verdict is Verdict.UNDECIDED
        assert not comparison.equal
        assert comparison.differences == ()


def test_the_rest_of_the_answer_is_still_compared() -> None:
    assert _compared(DOUBTED, Answer(200, (), b"b")).verdict is Verdict.DIFFERENT
    whole = Answer(200, (), b"a", (Undecided("answer", "no source"),))
    assert _compared(whole, Answer(500, (("x-b", "1"),), b"b")).verdict is Verdict.UNDECIDED


def test_the_table_says_what_was_not_compared() -> None:
    tally = Tally()
    comparisons = [_compared(PLAIN, PLAIN), _compared(DOUBTED, PLAIN), _compared(PLAIN, Answer(201, (), b"a"))]
    lines = [line.split() for line in table(comparisons, tally)]
    assert [line[0] for line in lines[1:]] == ["equal", "UNDECIDED", "not", "DIFFERENT", "status:"]
    assert " ".join(lines[3]) == "not compared: x-a (no source)"
    assert tally.conclusion == "1 of 3 requests equal, 1 could not be compared"


@pytest.mark.parametrize(("count", "words"), [(0, "0 of 0 requests equal"), (2, "2 of 2 requests equal")])
def test_without_doubts_there_is_nothing_to_add(count: int, words: str) -> None:
    tally = Tally()
    list(table([_compared(PLAIN, PLAIN)] * count, tally))
    assert tally.conclusion == words
