"""Refreshing, once per refresh token whoever asks: in this process by sharing a task, across replicas by the ledger."""

import asyncio
import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Protocol

from ..cognito.client import TokenSet
from ..cognito.errors import CognitoError, RefusedError, ReusedError, UnreachableError
from ..observing import Audit, Meter
from ..reasons import Reason
from ..store.refreshes import LedgerUnavailableError, RefreshLedger
from ..verifier import Rejected, Verdict, Verified
from .sealing import Sealer


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
