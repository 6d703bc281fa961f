"""What is remembered, for how long, and how much of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from src.lambdatwin.auth.authenticator import Accepted, Authenticator, Refused
from src.lambdatwin.auth.cache import Bounded, CachedUsers
from src.lambdatwin.auth.responses import Reason, StoreUnavailableError
from src.lambdatwin.auth.revocations import Kind, LocalDenyList, Revoked, Stamp
from tests.support.counts import Counts
from tests.unit.lambdatwin.auth.corpus import issuers
from tests.unit.lambdatwin.auth.corpus.doors import door
from tests.unit.lambdatwin.auth.corpus.world import NOW, SUBJECT, access_claims, bearer, token

pytestmark = pytest.mark.anyio


@dataclass
class Clock:
    now: float = float(NOW)

    def __call__(self) -> float:
        return self.now


def test_a_bounded_mapping_drops_the_oldest() -> None:
    kept: Bounded[int, str] = Bounded(3)
    for number in range(5):
        kept.put(number, str(number), 0, 10)
    assert len(kept.keys()) == 3
    assert [kept.get(number, 5) for number in range(5)] == [None, None, "2", "3", "4"]
    kept.put(2, "again", 0, 10)
    kept.put(5, "5", 0, 10)
    assert (kept.get(2, 5), kept.get(3, 5)) == ("again", None)


def test_an_entry_ends_and_one_from_the_future_does_not_count() -> None:
    kept: Bounded[int, str] = Bounded(3)
    kept.put(1, "x", 100, 200)
    assert [kept.get(1, now) for now in (99, 100, 199.9, 200)] == [None, "x", "x", None]


@pytest.mark.parametrize(("expires_in", "lasts"), [(60, 60), (3600, 300), (300, 300)])
async def test_a_verdict_lasts_until_expiry_and_five_minutes_at_most(expires_in: int, lasts: int) -> None:
    clock, meter = Clock(), Counts()
    through, headers = door(clock=clock, meter=meter), bearer(token(access_claims(exp=NOW + expires_in)))
    for later in (0, lasts - 0.1, lasts):
        clock.now = NOW + later
        await through.authenticate(headers)
    assert (meter.of("auth_verdict_cache", "hit"), meter.of("auth_verdict_cache", "miss")) == (1, 2)


async def test_refusals_and_strangers_fill_no_cache() -> None:
    meter = Counts()
    through = door(meter=meter)
    for number in range(20):
        assert isinstance(await through.authenticate(bearer(token(kid=f"unknown-{number}"))), Refused)
    assert through._verifiers[0]._cache.keys() == []
    assert meter.of("auth_outcomes", "unknown_key") == 20


async def test_a_cached_token_ends_on_its_last_second() -> None:
    clock = Clock()
    through = door(clock=clock)
    headers = bearer(token(access_claims(exp=NOW + 30)))
    assert isinstance(await through.authenticate(headers), Accepted)
    clock.now = NOW + 29.9
    assert isinstance(await through.authenticate(headers), Accepted)
    clock.now = float(NOW + 30)
    outcome = await through.authenticate(headers)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.EXPIRED


@dataclass
class Users:
    """IAM, counting."""

    known: dict[str, str] = field(default_factory=lambda: {"u": "first"})
    asked: int = 0
    failing: bool = False
    before_answer: asyncio.Event | None = None

    async def get_user(self, user_id: str, caller_context: str) -> str | None:
        self.asked += 1
        found = self.known.get(user_id)
        if self.before_answer is not None:
            await self.before_answer.wait()
        if self.failing:
            raise ConnectionError
        return found and f"{found} in {caller_context}"


def _cached(users: Users, clock: Clock, seconds: float = 30) -> CachedUsers:
    return CachedUsers(users, seconds=seconds, clock=clock, meter=Counts(), most=2)


async def test_users_are_kept_per_context_for_their_time() -> None:
    users, clock = Users(), Clock(0)
    cached = _cached(users, clock)
    assert [await cached.get_user("u", context) for context in ("a", "b", "a")] == [
        "first in a",
        "first in b",
        "first in a",
    ]
    assert users.asked == 2
    users.known["u"] = "second"
    clock.now = 29.9
    assert await cached.get_user("u", "a") == "first in a"
    clock.now = 30
    assert await cached.get_user("u", "a") == "second in a"


async def test_a_change_is_seen_at_once_where_it_was_made_in_every_context() -> None:
    users = Users()
    cached = _cached(users, Clock(0))
    await cached.get_user("u", "a")
    await cached.get_user("u", "b")
    users.known = {}
    cached.forget("u")
    assert await cached.get_user("u", "a") is None
    assert await cached.get_user("u", "b") is None


async def test_an_answer_under_way_during_a_change_is_not_kept() -> None:
    users = Users(before_answer=asyncio.Event())
    cached = _cached(users, Clock(0))
    waiting = asyncio.create_task(cached.get_user("u", "a"))
    while not users.asked:  # noqa: ASYNC110 - one turn of the loop
        await asyncio.sleep(0)
    users.known["u"] = "second"
    cached.forget("u")
    assert users.before_answer is not None
    users.before_answer.set()
    assert await waiting == "first in a"
    assert await cached.get_user("u", "a") == "second in a"


async def test_errors_strangers_and_a_time_of_zero_are_not_kept() -> None:
    users = Users(failing=True)
    cached = _cached(users, Clock(0))
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await cached.get_user("u", "a")
    users.failing = False
    assert await cached.get_user("u", "a") == "first in a"
    assert [await cached.get_user("x", "a") for _ in range(2)] == [None, None]
    assert users.asked == 5
    never = _cached(users, Clock(0), seconds=0)
    await never.get_user("u", "a")
    await never.get_user("u", "a")
    assert users.asked == 7


@dataclass
class Store:
    """Revocations as another replica may write them too."""

    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    reads: int = 0
    wholes: int = 0
    questions: int = 0
    down: bool = False

    async def stamp(self, now: float) -> Stamp:
        self.reads += 1
        await asyncio.sleep(0)
        if self.down:
            raise StoreUnavailableError
        return len(self.rows), len(self.rows)

    async def live(self, now: float) -> Revoked:
        self.wholes += 1
        return self.rows

    async def about(self, claims: Mapping[str, object], now: float) -> Revoked:
        self.questions += 1
        if self.down:
            raise StoreUnavailableError
        return {name: at for name, at in self.rows.items() if claims.get(name[0]) == name[1]}

    async def add(self, kind: Kind, value: str, at: int) -> None:
        if self.down:
            raise StoreUnavailableError
        self.rows[kind, value] = max(at, self.rows.get((kind, value), 0))


@dataclass
class Denying:
    """A door with a deny-list."""

    store: Store = field(default_factory=Store)
    time: Clock = field(default_factory=lambda: Clock(0))
    use: str = "access"
    most: int = 10

    def __post_init__(self) -> None:
        meter = Counts()
        self.list = LocalDenyList(self.store, clock=Clock(), monotonic=self.time, meter=meter, most=self.most)
        self.door: Authenticator = door(self.use, revocations=self.list)

    async def settled(self) -> None:
        """Wait for a read behind the scenes."""
        await asyncio.gather(*self.list._reads._running.values(), return_exceptions=True)

    async def enters(self, headers: list[tuple[bytes, bytes]]) -> bool:
        return isinstance(await self.door.authenticate(headers), Accepted)


GOOD = access_claims()
BY_CLAIM: list[tuple[Kind, str]] = [("origin_jti", GOOD["origin_jti"]), ("jti", GOOD["jti"]), ("sub", SUBJECT)]


@pytest.mark.parametrize(("kind", "value"), BY_CLAIM)
async def test_a_revocation_counts_cold_and_warm(kind: Kind, value: str) -> None:
    here, headers = Denying(), bearer(token())
    assert await here.enters(headers)
    assert await here.enters(headers)
    await here.list.add(kind, value)
    assert not await here.enters(headers)
    other = {"origin_jti": "another-login", "jti": "another-token", "sub": "somebody-else"}
    assert await here.enters(bearer(token(access_claims(**other))))


async def test_a_revocation_made_elsewhere_counts_within_the_age_of_the_copy() -> None:
    here, headers = Denying(), bearer(token())
    assert await here.enters(headers)
    here.store.rows[BY_CLAIM[0]] = NOW
    here.time.now = 4.9
    assert await here.enters(headers)  # and the copy is read again behind the scenes
    await here.settled()
    assert not await here.enters(headers)
    fresh = Denying(here.store)
    assert not await fresh.enters(headers)


async def test_an_unchanged_list_is_not_read_whole_again() -> None:
    here, headers = Denying(), bearer(token())
    for second in range(0, 60, 6):
        here.time.now = float(second)
        assert await here.enters(headers)
    assert (here.store.reads, here.store.wholes) == (10, 1)


async def test_a_database_that_is_down_lets_nobody_in_once_the_copy_is_too_old() -> None:
    here, headers = Denying(), bearer(token())
    assert await here.enters(headers)
    here.store.down = True
    here.time.now = 4.9
    assert await here.enters(headers)
    await here.settled()
    here.time.now = 5.0
    outcome = await here.door.authenticate(headers)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.response.status) == (Reason.DENY_LIST_UNAVAILABLE, 503)
    here.store.down = False
    assert await here.enters(headers)


async def test_a_list_larger_than_the_copy_is_asked_in_the_database() -> None:
    here, headers = Denying(), bearer(token())
    here.store.rows = {("origin_jti", f"login-{number}"): NOW for number in range(11)}
    assert await here.enters(headers)
    assert here.store.questions == 1
    here.store.rows[BY_CLAIM[0]] = NOW
    assert not await here.enters(headers)
    here.store.down = True
    outcome = await here.door.authenticate(headers)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.DENY_LIST_UNAVAILABLE


@pytest.mark.parametrize(
    ("changes", "enters"),
    [
        ({"auth_time": NOW - 100}, False),
        ({"auth_time": NOW - 50}, False),
        ({"auth_time": NOW - 49, "iat": NOW - 49}, True),
        ({"auth_time": ..., "iat": NOW - 50}, False),
        ({"auth_time": ..., "iat": NOW - 49}, True),
        ({"auth_time": NOW - 100, "iat": NOW}, False),
    ],
)
async def test_a_revoked_user_who_logs_in_again_is_let_in(changes: dict[str, object], enters: bool) -> None:
    here = Denying()
    await here.list.add("sub", SUBJECT, NOW - 50)
    assert await here.enters(bearer(token(access_claims(**changes)))) == enters
    await here.list.add("sub", SUBJECT, NOW - 70)
    assert await here.enters(bearer(token(access_claims(**changes)))) == enters


@pytest.mark.parametrize(
    ("changes", "enters"),
    [
        ({"iat": NOW - 50.5}, False),
        ({"iat": NOW - 49.5}, False),  # within the second of the revocation
        ({"iat": NOW - 48.5}, True),
        ({"iat": ...}, False),
        ({"iat": ..., "auth_time": "yesterday"}, False),
        ({"auth_time": "yesterday"}, False),
        ({"iat": NOW - 100, "auth_time": NOW * 1000}, False),
        ({"iat": ..., "auth_time": NOW * 1000}, False),
        ({"iat": ..., "auth_time": 1e300}, False),
        ({"sub": ...}, True),
        ({"sub": ..., "jti": ["revoked"]}, True),
        ({"sub": ..., "jti": "revoked"}, False),
    ],
)
@pytest.mark.parametrize("most", [0, 10])
async def test_a_revocation_counts_for_tokens_of_other_issuers(
    changes: dict[str, object], enters: bool, most: int
) -> None:
    here = Denying(most=most, use="jwt")
    subject = str(issuers.claims()["sub"])
    await here.list.add("sub", subject, NOW - 50)
    await here.list.add("sub", "None", NOW)
    await here.list.add("jti", "revoked", NOW)
    assert await here.enters(bearer(token(issuers.claims(**changes)))) == enters
