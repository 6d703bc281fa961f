"""Token refresh, once per refresh token: in this process by sharing a task, across replicas by a row in PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Protocol

from sqlalchemy import text

from ...database import DATABASE_ERRORS, SessionFactory
from ...observability.audit import Audit, Meter
from ..authenticator import Tokens
from ..claims import Clock, TokenUse
from ..cognito import CognitoError, RefusedError, ReusedError, TokenSet, UnreachableError
from ..responses import Reason
from ..verifier import Rejected, Verdict, Verified, Verifier
from .encryption import Sealer

# The row is locked while Cognito is asked, so that another replica waits for the result; longer than Cognito may take.
_WAIT = text("SET LOCAL lock_timeout = '6s'")
# The update of a row that stands there already changes nothing that matters, but locks it.
_CLAIM = text(
    "INSERT INTO auth.refreshes (digest, expires_at) VALUES (:digest, :expires_at)"
    " ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at RETURNING sealed, finished_at"
)
_FINISH = text(
    "UPDATE auth.refreshes SET sealed = :sealed, finished_at = :finished_at, expires_at = :expires_at"
    " WHERE digest = :digest"
)
_PURGE = text(
    "DELETE FROM auth.refreshes WHERE digest IN"
    " (SELECT digest FROM auth.refreshes WHERE expires_at <= :now LIMIT 100 FOR UPDATE SKIP LOCKED)"
)
_SECONDS = 8.0
# Each holds a connection while Cognito is asked: a slow Cognito must not take the whole pool from other requests.
_AT_ONCE = 4


class LedgerUnavailableError(Exception):
    """The replicas cannot agree now; nobody refreshes."""


@dataclass(slots=True)
class Entry:
    """The refresh of one token, held by this caller alone. `sealed` is the result of another one who came before."""

    sealed: bytes | None
    finish: Callable[[bytes], None] = field(default=lambda sealed: None)


class RefreshLedger(Protocol):
    """Hands out entries; entering one waits for whoever holds it, and raises `LedgerUnavailableError`."""

    def entry(self, digest: bytes) -> AbstractAsyncContextManager[Entry]: ...


class MemoryLedger:
    """For one process without a database."""

    def __init__(self, *, clock: Clock, grace: float) -> None:
        self._clock, self._grace = clock, grace
        self._results: dict[bytes, tuple[bytes, float]] = {}
        self._locks: dict[bytes, asyncio.Lock] = {}

    @asynccontextmanager
    async def entry(self, digest: bytes) -> AsyncIterator[Entry]:
        """See `RefreshLedger`."""
        self._forget()
        async with self._locks.setdefault(digest, asyncio.Lock()):
            sealed, finished_at = self._results.get(digest, (None, 0.0))
            yield Entry(
                sealed if self._clock() < finished_at + self._grace else None,
                lambda sealed: self._results.update({digest: (sealed, self._clock())}),
            )

    def _forget(self) -> None:
        now = self._clock()
        over = [digest for digest, (_, finished_at) in self._results.items() if now >= finished_at + self._grace]
        for digest in over:
            del self._results[digest]
        for digest in [digest for digest, lock in self._locks.items() if not lock.locked()]:
            if digest not in self._results:
                del self._locks[digest]


class PostgresLedger:
    """For all replicas of one database."""

    def __init__(self, sessions: SessionFactory, *, clock: Clock, grace: float) -> None:
        self._sessions, self._clock, self._grace = sessions, clock, grace
        self._room = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def entry(self, digest: bytes) -> AsyncIterator[Entry]:
        """See `RefreshLedger`. What the body raises leaves no result behind."""
        try:
            async with asyncio.timeout(_SECONDS), self._room, self._sessions() as session, session.begin():
                now, results = self._clock(), list[bytes]()
                parameters = {"digest": digest, "expires_at": now + self._grace, "now": now}
                await session.execute(_WAIT)
                await session.execute(_PURGE, parameters)
                row = (await session.execute(_CLAIM, parameters)).one()
                shared = row.sealed is not None and self._clock() < row.finished_at + self._grace
                yield Entry(row.sealed if shared else None, results.append)
                for sealed in results:
                    now = self._clock()
                    times = {"finished_at": now, "expires_at": now + self._grace}
                    await session.execute(_FINISH, {"digest": digest, "sealed": sealed, **times})
        except DATABASE_ERRORS as error:
            raise LedgerUnavailableError from error


@dataclass(frozen=True, slots=True)
class TokenSetJudge:
    """`tokens` judges what routes take (`use`); `other` verifies the other kind."""

    tokens: Tokens
    other: Verifier
    use: TokenUse

    def routed(self, tokens: TokenSet) -> str | None:
        """The one that routes take."""
        return tokens.access if self.use == "access" else tokens.id

    async def verdict(self, tokens: TokenSet) -> Verdict:
        """The verdict on the one that routes take."""
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
    """A token as it would stand in a header; what is not ASCII becomes something that no verifier takes."""
    return token.encode("ascii", "replace")


class Issuer(Protocol):
    """The token operations of `cognito.client.Cognito`."""

    async def refresh(self, refresh_token: str, username: str | None) -> TokenSet: ...
    async def revoke(self, refresh_token: str) -> None: ...


class Judge(Protocol):
    """Verdicts on the tokens that an issuer gave."""

    def routed(self, tokens: TokenSet) -> str | None:
        """The one of them that routes take."""

    async def verdict(self, tokens: TokenSet) -> Verdict:
        """The verdict on that one; a `Rejected` also where the other token belongs to somebody else."""


@dataclass(frozen=True, slots=True, repr=False)
class Refreshed:
    """New tokens, the one of them that routes take, and the verdict on that one."""

    tokens: TokenSet
    routed: str
    verified: Verified


class Refresher:
    """`refresh` raises a `CognitoError`; a result that fails the verifier, or is somebody else's, counts as refused."""

    def __init__(self, issuer: Issuer, judge: Judge, ledger: RefreshLedger, *, meter: Meter, audit: Audit) -> None:
        self._issuer, self._judge, self._ledger = issuer, judge, ledger
        self._meter, self._audit = meter, audit
        self._running: dict[bytes, asyncio.Task[TokenSet]] = {}

    async def refresh(self, refresh_token: str, *, subject: str | None, username: str | None) -> Refreshed:
        """New tokens for the same `subject` (None: whoever the refresh token belongs to)."""
        try:
            tokens = await self._once(refresh_token, username)
        except CognitoError as error:
            self._report(error, subject)
            raise
        routed, verdict = self._judge.routed(tokens), await self._judge.verdict(tokens)
        if routed is None or isinstance(verdict, Rejected):
            raise _untrusted(verdict)
        if subject is not None and verdict.claims["sub"] != subject:
            self._audit.record("subject_changed", sub=subject, new_sub=str(verdict.claims["sub"]))
            raise RefusedError("the new token belongs to somebody else")
        return Refreshed(tokens, routed, verdict)

    async def close(self) -> None:
        """Stop what runs."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _once(self, refresh_token: str, username: str | None) -> TokenSet:
        digest = sha256(b"refresh:" + refresh_token.encode()).digest()
        task = self._running.get(digest)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._shared(digest, refresh_token, username))
            self._running[digest] = task
            task.add_done_callback(lambda done: self._finished(digest, done))
        # Shielded: the request that started it may go away, others wait for the result.
        return await asyncio.shield(task)

    def _finished(self, digest: bytes, task: asyncio.Task[TokenSet]) -> None:
        self._running.pop(digest, None)
        if not task.cancelled():
            task.exception()  # tells the loop that it was seen, should nobody be waiting any more

    async def _shared(self, digest: bytes, refresh_token: str, username: str | None) -> TokenSet:
        # Only who holds the refresh token can open what the database keeps for it.
        sealer = Sealer(refresh_token.encode(), b"refresh result")
        tokens: TokenSet | None = None
        try:
            async with self._ledger.entry(digest) as entry:
                shared = _opened(sealer, entry.sealed)
                if shared is not None:
                    self._meter.count("auth_refreshes", "shared")
                    return shared
                tokens = await self._issuer.refresh(refresh_token, username)
                entry.finish(sealer.seal(json.dumps(asdict(tokens)).encode()))
        except LedgerUnavailableError as error:
            if tokens is None:
                raise UnreachableError("the replicas cannot agree on a refresh") from error
            # Rotated already: to lose the result now would end the session.
        self._meter.count("auth_refreshes", "refreshed")
        return tokens

    def _report(self, error: CognitoError, subject: str | None) -> None:
        refused = isinstance(error, RefusedError | ReusedError)
        self._meter.count("auth_refreshes", "refused" if refused else "unavailable")
        names: dict[type, str] = {ReusedError: "refresh_reuse", RefusedError: "refresh_refused"}
        self._audit.record(names.get(type(error), "refresh_failed"), sub=subject or "", why=str(error))


def _opened(sealer: Sealer, sealed: bytes | None) -> TokenSet | None:
    plain = sealer.open(sealed) if sealed is not None else None
    try:
        return TokenSet(**json.loads(plain)) if plain is not None else None
    except TypeError:
        return None  # sealed by another release


def _untrusted(verdict: Verdict) -> CognitoError:
    reason = verdict.reason if isinstance(verdict, Rejected) else Reason.MALFORMED_JWT
    unavailable = reason in (Reason.KEYS_UNAVAILABLE, Reason.DENY_LIST_UNAVAILABLE)
    return UnreachableError(reason.value) if unavailable else RefusedError(reason.value)
