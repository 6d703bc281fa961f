"""Shared state under every order that the detector tries; and three planted races, to show that it finds them."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.lambdatwin.auth.cache import Bounded, CachedUsers
from src.lambdatwin.observability.metrics import Metrics
from tests.support.counts import Counts
from tests.unit.lambdatwin.interleaving import Tasks, Threads, first_fault

SEEDS = 25


def bounded(seed: int) -> Sequence[object]:
    """Never too many entries, never another key's value, and what was discarded last stays away."""
    cache: Bounded[str, str] = Bounded(2)
    wrong: list[object] = []

    def use(name: str) -> None:
        for key in (name, "shared"):
            cache.put(key, f"value of {key}", 0, 10)
            found = cache.get(key, 1)
            if found not in (None, f"value of {key}") or len(cache.keys()) > 2:
                wrong.append((key, found, len(cache.keys())))
            cache.discard(key)

    wrong += Threads(seed, Bounded).run(*(lambda name=name: use(name) for name in "abc"))
    return [*wrong, *cache.keys()]


def metrics(seed: int) -> Sequence[object]:
    """Every observation of every thread counts, the first ones of a series too."""
    counted = Metrics()

    def observe() -> None:
        counted.observe("GET", "/things", 200, 0.001)
        counted.count("auth_outcomes", "accepted")

    errors = Threads(seed, Metrics).run(observe, observe, observe)
    text = counted.exposition().decode()
    expected = (
        'http_request_duration_seconds_count{method="GET",route="/things",status="200"} 3.0',
        'auth_outcomes_total{outcome="accepted"} 3.0',
    )
    return [*errors, *(line for line in expected if line not in text)]


def forgotten_users(seed: int) -> Sequence[object]:
    """A user whose roles changed while he was on his way from IAM is not kept with his old ones."""
    tasks = Tasks(seed)
    current = ["old"]

    class Iam:
        async def get_user(self, user_id: str, caller_context: str) -> SeedUser | None:
            seen = current[0]
            await tasks.point()
            return SeedUser(seen)

    users = CachedUsers(Iam(), seconds=30, clock=lambda: 0.0, meter=Counts())

    async def change() -> None:
        await tasks.point()
        current[0] = "new"
        users.forget("u")

    async def look() -> None:
        await tasks.point()
        await users.get_user("u", "iam")

    async def afterwards() -> str:
        await tasks.run(look(), change(), look())
        found = asyncio.ensure_future(users.get_user("u", "iam"))
        await tasks.run(found)
        user = found.result()
        return user.id if user else ""

    return [] if asyncio.run(afterwards()) == "new" else ["old roles were kept"]


@pytest.mark.parametrize("check", [bounded, metrics, forgotten_users])
def test_no_order_of_steps_breaks_shared_state(check: Callable[[int], Sequence[object]]) -> None:
    assert first_fault(check, SEEDS) is None


class UnlockedCounter:
    """Planted: an update that another thread's update can overtake."""

    def __init__(self) -> None:
        self.value = 0

    def add(self) -> None:
        before = self.value
        self.value = before + 1


class UnlockedCache:
    """Planted: two threads evict the same entry."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}

    def put(self, key: str) -> None:
        if len(self.entries) >= 1:
            oldest = next(iter(self.entries))
            del self.entries[oldest]
        self.entries[key] = key


class TwoFlights:
    """Planted: the check for a running fetch and its note stand on two sides of an await."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self.fetched: str | None = None
        self.fetches = 0

    async def get(self) -> str:
        if self.fetched is None:
            await self._tasks.point()
            self.fetches += 1
            self.fetched = "keys"
        return self.fetched


def lost_update(seed: int) -> Sequence[object]:
    counter = UnlockedCounter()
    Threads(seed, UnlockedCounter).run(counter.add, counter.add)
    return [] if counter.value == 2 else ["an update is lost"]


def double_eviction(seed: int) -> Sequence[object]:
    cache = UnlockedCache()
    cache.put("first")
    errors = Threads(seed, UnlockedCache).run(lambda: cache.put("a"), lambda: cache.put("b"))
    return [*errors, *(["too many entries"] if len(cache.entries) > 1 else [])]


def double_fetch(seed: int) -> Sequence[object]:
    tasks = Tasks(seed)
    flights = TwoFlights(tasks)

    async def both() -> None:
        await tasks.run(flights.get(), flights.get())

    asyncio.run(both())
    return [] if flights.fetches == 1 else ["fetched twice"]


@pytest.mark.parametrize("planted", [lost_update, double_eviction, double_fetch])
def test_the_detector_finds_a_planted_race(planted: Callable[[int], Sequence[object]]) -> None:
    assert first_fault(planted, SEEDS) is not None
