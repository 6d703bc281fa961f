"""Revocations of logins (`origin_jti`), tokens (`jti`) and users (`sub`) whose tokens still verify.

PostgreSQL holds them; each process keeps a copy, bounded in size and age. Younger than a second it answers;
from there to five seconds it answers while it is read again in the background; older, a request waits for the read,
and when that fails the request is refused (503). A revocation made by this process counts at once, one made elsewhere
within five seconds. With more revocations than the copy may hold it holds none, and every request asks PostgreSQL.
Without a database the copy is all that there is.
"""

from collections.abc import Mapping
from typing import Literal, Protocol

from ..observability.metrics import Metrics
from .cache import SingleFlight
from .claims import LARGEST_LEEWAY, LONGEST_LIFETIME, Claims, Clock

# As long as the longest token that can have come of a login, however it was refreshed; in seconds.
KEPT = LONGEST_LIFETIME + LARGEST_LEEWAY

type Kind = Literal["origin_jti", "jti", "sub"]
"""The claim that a revocation names."""

KINDS: tuple[Kind, ...] = ("origin_jti", "jti", "sub")

type Revoked = Mapping[tuple[str, str], int]
"""When what a claim names was revoked, in seconds of the epoch, by the claim and its value."""

type Stamp = tuple[int, int]

# Seconds.
_REFRESH_AFTER, _LONGEST_AGE = 1.0, 5.0


class RevocationStore(Protocol):
    """Where revocations live for all replicas; every method raises `StoreUnavailableError`."""

    async def stamp(self, now: float) -> Stamp:
        """The number of those that still matter, and what differs whenever `live` would."""

    async def live(self, now: float) -> Revoked:
        """Those that still matter."""

    async def about(self, claims: Claims, now: float) -> Revoked:
        """The revocations that may match these claims."""

    async def add(self, kind: Kind, value: str, at: int) -> None:
        """Write, and drop what no longer matters at that time."""


class LocalDenyList:
    """`clock` is the epoch's (what revocations are written in), `monotonic` measures age; both in seconds. `most` is
    how many entries the copy may hold."""

    def __init__(
        self,
        store: RevocationStore | None,
        *,
        clock: Clock,
        monotonic: Clock,
        meter: Metrics,
        most: int = 20_000,
    ) -> None:
        self._store, self._clock, self._monotonic, self._meter = store, clock, monotonic, meter
        self._most = most
        self._copy: Revoked | None = {}
        self._stamp: Stamp | None = None
        self._read_at = float("inf") if store is None else float("-inf")
        self._added: Revoked = {}
        self._reads: SingleFlight[str, None] = SingleFlight()

    async def denies(self, claims: Claims) -> bool:
        """Whether these verified claims are revoked; raises `StoreUnavailableError`."""
        age = self._monotonic() - self._read_at
        if age >= _LONGEST_AGE:
            await self.warm()
        elif age >= _REFRESH_AFTER:
            self._reads.start("", self._read)
        now, known = self._clock(), self._copy
        if known is None and self._store is not None:
            known = await self._store.about(claims, now)
        return _denies(known or {}, claims, now)

    async def add(self, kind: Kind, value: str, at: float | None = None) -> None:
        """Revoke: here at once, elsewhere as soon as they read; raises `StoreUnavailableError`."""
        now = int(self._clock() if at is None else at)
        if self._store is not None:
            await self._store.add(kind, value, now)
        one: Revoked = {(kind, value): now}
        self._added = _with(self._added, one)
        if self._copy is not None:
            self._copy = _with(self._copy, one)

    async def warm(self) -> None:
        """Read now, or wait for the read that runs; raises `StoreUnavailableError`."""
        await self._reads.join("", self._read)

    async def close(self) -> None:
        await self._reads.close()

    async def _read(self) -> None:
        if self._store is None:
            return
        started, now, outcome = self._monotonic(), self._clock(), "failed"
        self._added = {}
        try:
            stamp = await self._store.stamp(now)
            if stamp[0] > self._most:
                self._copy = None
            elif stamp != self._stamp:
                # What was revoked here while the rows were on their way may not be among them.
                self._copy = _with(await self._store.live(now), self._added)
            self._stamp, self._read_at, outcome = stamp, started, "ok"
        finally:
            self._meter.count("auth_deny_list_reads", outcome)


def _with(known: Revoked, others: Revoked) -> Revoked:
    """Of two of the same claim the later counts; what no longer matters is dropped."""
    made = {name: max(at, known.get(name, 0)) for name, at in others.items()}
    latest = max(made.values(), default=0)
    return {name: at for name, at in {**known, **made}.items() if at + KEPT > latest}


def _denies(revoked: Revoked, claims: Claims, now: float) -> bool:
    """Whether the login, the token or the user behind these verified claims was revoked.

    A user's login after the revocation is accepted. A refreshed token keeps the time of its login: `auth_time`, which
    is before that of its issue, and neither is to come.
    """
    if not revoked:
        return False
    if any((kind, claim_of(claims, kind)) in revoked for kind in ("origin_jti", "jti")):
        return True
    revoked_at = revoked.get(("sub", claim_of(claims, "sub")))
    if revoked_at is None:
        return False
    times = [claims[name] for name in ("auth_time", "iat") if name in claims]
    known = [time for time in times if isinstance(time, int | float)]
    # Without a time of its login, nothing shows that a token is younger. `revoked_at` has whole seconds.
    return not known or len(known) < len(times) or not revoked_at + 1 <= min(known) <= now + LARGEST_LEEWAY


def claim_of(claims: Claims, kind: str) -> str:
    """Empty, which no revocation names, where there is none: other issuers than Cognito may leave each of them out."""
    value = claims.get(kind)
    return value if isinstance(value, str) else ""
