"""Clock and ids that derive from the request."""

import contextvars
import uuid
from datetime import UTC, datetime, timedelta

from src.contexts.shared_kernel.correlation import set_correlation_id
from src.contexts.shared_kernel.sources import new_id, utc_now
from src.lambdatwin.parity.sources import RequestSources, deterministic
from src.runtimes.fastapi.project import MenuPlanning

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def _within(request_id: str, draws: int) -> tuple[datetime, list[str]]:
    def serve() -> tuple[datetime, list[str]]:
        set_correlation_id(request_id)
        return utc_now(), [new_id() for _ in range(draws)]

    return contextvars.copy_context().run(serve)


def test_two_processes_give_a_request_the_same_time_and_ids() -> None:
    with deterministic(EPOCH, MenuPlanning()):
        first = _within("case-7", 3)
    with deterministic(EPOCH, MenuPlanning()):
        again, other = _within("case-7", 3), _within("case-8", 3)
    assert first == again
    assert first[0] == EPOCH + timedelta(seconds=7)
    assert not set(first[1]) & set(other[1])
    assert len(set(first[1])) == 3
    assert all(uuid.UUID(value).version == 4 for value in first[1])


def test_interleaved_requests_do_not_disturb_each_other() -> None:
    with deterministic(EPOCH, MenuPlanning()):
        alone = _within("a", 2)[1]
    with deterministic(EPOCH, MenuPlanning()):
        interleaved = [_within("a", 1)[1], _within("b", 1)[1], _within("a", 1)[1]]
    assert alone == interleaved[0] + interleaved[2]


def test_outside_a_request_the_time_is_real() -> None:
    sources = RequestSources(EPOCH, MenuPlanning().correlation_id)
    outside = contextvars.Context()
    assert outside.run(sources.new_id) != outside.run(sources.new_id)
    assert abs(outside.run(sources.now) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_request_without_a_number_has_a_time_too() -> None:
    sources = RequestSources(EPOCH, MenuPlanning().correlation_id)
    assert sources.at("abc") == sources.at("abc") > EPOCH
