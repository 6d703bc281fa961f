"""The issuer's keys, kept fresh: one fetch at a time, few fetches whatever is asked, old keys for a bounded time.

States by the age of the last good document: *fresh* (younger than `refresh_after`) is used as it is; from there to
`ttl` it is used while a background fetch runs; past `ttl` a request waits for the fetch, so that a withdrawn key is
trusted no longer; and when that fetch fails, the old keys serve until `stale_for` is over too, because an endpoint
that is down is likelier than a key that was withdrawn in the same hour. Belongs to one event loop.
"""

import asyncio
from dataclasses import dataclass

import httpx

from ...observability.logging import EventLog
from ..observing import Meter
from ..verifier import Clock, KeysUnavailableError
from .fetching import FetchLimits, fetch
from .key_set import parse_key_set
from .signature import PublicKey


@dataclass(frozen=True, slots=True)
class JwksTimes:
    """Seconds. `cool_down` is the least time between two fetches that an unknown `kid` or a failure can cause."""

    refresh_after: float = 2400.0
    ttl: float = 3600.0
    stale_for: float = 6 * 3600.0
    cool_down: float = 10.0


class Jwks:
    """A `KeySource` over HTTP; `clock` is monotonic, in seconds."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        *,
        clock: Clock,
        meter: Meter,
        times: JwksTimes | None = None,
        limits: FetchLimits | None = None,
    ) -> None:
        self._client, self._url, self._clock, self._meter = client, url, clock, meter
        self._times = times or JwksTimes()
        self._limits = limits or FetchLimits()
        self._keys: dict[str, PublicKey] = {}
        self._loaded_at: float | None = None
        self._quiet_until = float("-inf")
        self._failing = False
        self._running: asyncio.Task[bool] | None = None
        self._log = EventLog("auth.jwks")

    def known(self, kid: str) -> PublicKey | None:
        """The key if it may be used without waiting; starts a background fetch when the document is getting old."""
        age = self._age()
        if age >= self._times.refresh_after:
            if age >= self._times.ttl and not (self._failing and age < self._times.ttl + self._times.stale_for):
                return None
            self._start_in_background()
        return self._keys.get(kid)

    async def find(self, kid: str) -> PublicKey | None:
        """The key, after a fetch where one is due and allowed; raises `KeysUnavailableError` without any usable key."""
        held = self._age() < self._times.ttl
        if self._may_fetch():
            # A successful fetch for an unknown kid opens a cool-down too: what is still unknown stays so for a while.
            await self._fetch_once(quiet_after=held)
        if self._age() >= self._times.ttl + self._times.stale_for:
            raise KeysUnavailableError(self._url)
        return self._keys.get(kid)

    async def warm(self) -> bool:
        """Fetch now, at start-up; False when the endpoint does not answer, which is no failure yet."""
        if self._may_fetch():
            await self._fetch_once(quiet_after=False)
        return self.ready()

    def ready(self) -> bool:
        """Whether there are keys that may be used."""
        return self._age() < self._times.ttl + self._times.stale_for

    def trusts(self, kid: str, key: PublicKey) -> bool:
        """Whether a verdict that this key gave still holds: False once the issuer withdrew or replaced it."""
        return self._keys.get(kid) is key

    async def close(self) -> None:
        """Stop a running fetch."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def _age(self) -> float:
        return float("inf") if self._loaded_at is None else self._clock() - self._loaded_at

    def _may_fetch(self) -> bool:
        return self._running is not None or self._clock() >= self._quiet_until

    def _start_in_background(self) -> None:
        if self._running is None and self._may_fetch():
            self._start(quiet_after=False)

    async def _fetch_once(self, *, quiet_after: bool) -> None:
        # Shielded: the request that happened to start the fetch may go away, the others still wait for it.
        await asyncio.shield(self._running or self._start(quiet_after=quiet_after))

    def _start(self, *, quiet_after: bool) -> asyncio.Task[bool]:
        if quiet_after:
            self._quiet_until = self._clock() + self._times.cool_down
        self._running = asyncio.get_running_loop().create_task(self._load())
        self._running.add_done_callback(self._finished)
        return self._running

    def _finished(self, task: asyncio.Task[bool]) -> None:
        self._running = None
        self._failing = task.cancelled() or not task.result()
        if self._failing:
            self._quiet_until = self._clock() + self._times.cool_down
        self._meter.count("auth_jwks_fetches", "failed" if self._failing else "ok")

    async def _load(self) -> bool:
        """Take over the published keys; whoever was withdrawn is gone at once."""
        try:
            self._keys = parse_key_set(await fetch(self._client, self._url, self._limits), self._keys)
        except Exception as error:  # a foreign endpoint: whatever it does, waiting requests get a verdict
            self._log.warning("jwks_fetch_failed", url=self._url, why=f"{type(error).__name__}: {error}")
            return False
        self._loaded_at = self._clock()
        return True
