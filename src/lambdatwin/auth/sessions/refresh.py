"""Token refresh, once per refresh token: in this process by sharing a task, across replicas by a row in PostgreSQL.

No connection is held while Cognito is asked: a replica claims the row and commits, asks, and then stores the result. A
claim that is not finished (its process died) ends by itself.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Protocol
from weakref import WeakValueDictionary

from ...observability import audit
from ...observability.metrics import Metrics
from ..authenticator import Tokens
from ..claims import Clock, TokenUse
from ..cognito import BusyError, Cognito, CognitoError, RefusedError, ReusedError, TokenSet, UnreachableError
from ..responses import Reason
from ..verifier import Rejected, Verdict, Verified, Verifier
from .cookies import Cipher
from .fair_queue import FairQueue


class LedgerUnavailableError(Exception):
    """The replicas cannot agree now, so that none of them may refresh."""


class RefreshLedger(Protocol):
    """Keeps the result of a refresh for a grace time. Its methods raise `LedgerUnavailableError`."""

    async def once(self, digest: bytes, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The result that another caller has made, or makes now; else that of `make`."""

    async def forget(self, digest: bytes) -> None:
        """Drop a result, which ends its grace time."""


class MemoryLedger:
    """For one process without a database."""

    def __init__(self, *, clock: Clock, grace: float) -> None:
        self._clock, self._grace = clock, grace
        self._results: dict[bytes, tuple[bytes, float]] = {}
        # A lock is held by those alone that have it or wait for it.
        self._locks: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def once(self, digest: bytes, make: Callable[[], Awaitable[bytes]]) -> bytes:
        lock = self._locks.setdefault(digest, asyncio.Lock())
        async with lock:
            now = self._clock()
            self._results = {key: kept for key, kept in self._results.items() if now < kept[1] + self._grace}
            if digest not in self._results:
                result = await make()
                self._results[digest] = (result, self._clock())
            return self._results[digest][0]

    async def forget(self, digest: bytes) -> None:
        self._results.pop(digest, None)


@dataclass(frozen=True, slots=True)
class TokenSetVerifier:
    """Verifies what Cognito returned: both tokens must be good, and of one user. `tokens` verifies the kind that routes
    take (`use`), `other` the other kind."""

    tokens: Tokens
    other: Verifier
    use: TokenUse

    def routed(self, tokens: TokenSet) -> str | None:
        """The token that routes take."""
        return tokens.access if self.use == "access" else tokens.id

    async def verdict(self, tokens: TokenSet) -> Verdict:
        """The verdict on that token; a `Rejected` also where the other token is of another user."""
        routed, other = self.routed(tokens), tokens.id if self.use == "access" else tokens.access
        if routed is None:
            return Rejected(Reason.MALFORMED_JWT, ("token_is_given",))
        verdict = await self.tokens.verdict(as_bytes(routed))
        if isinstance(verdict, Rejected) or other is None:
            return verdict
        beside = await self.other.verify(as_bytes(other))
        if isinstance(beside, Rejected):
            return beside
        same = beside.claims["sub"] == verdict.claims["sub"]
        return verdict if same else Rejected(Reason.BAD_CLAIMS, ("one_subject",))


def as_bytes(token: str) -> bytes:
    """A token as it would stand in a header; what is not ASCII becomes something that no verifier accepts."""
    return token.encode("ascii", "replace")


@dataclass(frozen=True, slots=True, repr=False)
class Refreshed:
    """New tokens, the one of them that routes take, and the verdict on that one."""

    tokens: TokenSet
    routed: str
    verified: Verified


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a refresh. `subject` is the user that the new token must be of (None: whose refresh token it is),
    `username` goes into a `SECRET_HASH`, `client` shares the queue, `address` is for the audit log. `connection` names
    that of a client that proves nothing."""

    client: str
    address: str = ""
    subject: str | None = None
    username: str | None = None
    connection: str = ""


class Refresher:
    """`refresh` raises a `CognitoError`; a result that fails the verifier, or is of another user, counts as refused."""

    def __init__(
        self,
        cognito: Cognito,
        verifier: TokenSetVerifier,
        ledger: RefreshLedger,
        queue: FairQueue,
        *,
        meter: Metrics,
    ) -> None:
        self._cognito, self._verifier, self._ledger, self._queue = cognito, verifier, ledger, queue
        self._meter = meter
        self._running: dict[bytes, asyncio.Task[TokenSet]] = {}

    async def refresh(self, refresh_token: str, caller: Caller) -> Refreshed:
        """New tokens for the same user."""
        try:
            tokens = await self._once(refresh_token, caller)
        except CognitoError as error:
            self._report(error, caller)
            raise
        routed, verdict = self._verifier.routed(tokens), await self._verifier.verdict(tokens)
        if routed is None or isinstance(verdict, Rejected):
            raise _untrusted(verdict)
        subject = str(verdict.claims["sub"])
        if caller.subject is not None and subject != caller.subject:
            audit.record("subject_changed", client=caller.address, sub=caller.subject, new_sub=subject)
            raise RefusedError("the new token is of another user")
        return Refreshed(tokens, routed, verdict)

    async def forget(self, refresh_token: str) -> None:
        """End the grace time of a refresh token; raises `LedgerUnavailableError`."""
        await self._ledger.forget(_digest(refresh_token))

    async def close(self) -> None:
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _once(self, refresh_token: str, caller: Caller) -> TokenSet:
        digest = _digest(refresh_token)
        task = self._running.get(digest)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._shared(digest, refresh_token, caller))
            self._running[digest] = task
            task.add_done_callback(lambda done: self._finished(digest, done))
        # Shielded: the request that started it may go away, others wait for the result.
        return await asyncio.shield(task)

    def _finished(self, digest: bytes, task: asyncio.Task[TokenSet]) -> None:
        self._running.pop(digest, None)
        if not task.cancelled():
            task.exception()  # marks it as retrieved: all its waiters may have gone

    async def _shared(self, digest: bytes, refresh_token: str, caller: Caller) -> TokenSet:
        # Only a holder of the refresh token can decrypt what the database keeps for it.
        cipher = Cipher((refresh_token.encode(),), b"refresh result")
        made: list[TokenSet] = []

        async def ask() -> bytes:
            made.append(await self._cognito.refresh(refresh_token, caller.username))
            return cipher.encrypt(json.dumps(asdict(made[0])).encode())

        try:
            async with self._queue.place(caller.client, caller.connection):
                shared = _decrypted(cipher, await self._ledger.once(digest, ask))
                if shared is not None and not made:
                    self._meter.count("auth_refreshes", "shared")
                    return shared
                if not made:  # encrypted by another release
                    await ask()
        except LedgerUnavailableError as error:
            if not made:
                raise UnreachableError("the replicas cannot agree on a refresh") from error
            # Rotated already: to lose the result now would end the session.
        self._meter.count("auth_refreshes", "refreshed")
        return made[0]

    def _report(self, error: CognitoError, caller: Caller) -> None:
        refused = isinstance(error, RefusedError | ReusedError)
        self._meter.count("auth_refreshes", "refused" if refused else "unavailable")
        if isinstance(error, BusyError):
            return  # a flood must not flood the log as well; the counter has it
        names: Mapping[type, str] = {ReusedError: "refresh_reuse", RefusedError: "refresh_refused"}
        event = names.get(type(error), "refresh_failed")
        audit.record(event, client=caller.address, sub=caller.subject or "", why=str(error))


def _digest(refresh_token: str) -> bytes:
    return sha256(b"refresh:" + refresh_token.encode()).digest()


def _decrypted(cipher: Cipher, encrypted: bytes) -> TokenSet | None:
    plain = cipher.decrypt(encrypted)
    try:
        return TokenSet(**json.loads(plain)) if plain is not None else None
    except TypeError:
        return None  # encrypted by another release


def _untrusted(verdict: Verdict) -> CognitoError:
    reason = verdict.reason if isinstance(verdict, Rejected) else Reason.MALFORMED_JWT
    unavailable = reason in (Reason.KEYS_UNAVAILABLE, Reason.DENY_LIST_UNAVAILABLE)
    return UnreachableError(reason.value) if unavailable else RefusedError(reason.value)
