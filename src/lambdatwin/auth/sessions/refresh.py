"""Token refresh, once per refresh token: in this process by sharing a task, across replicas by a row in PostgreSQL.

No connection is held while Cognito is asked: a replica claims the row and commits, asks, and then stores the result. A
claim that is not finished (its process died) ends by itself.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from typing import Protocol

from ...observability import audit
from ...observability.metrics import Metrics
from ..cache import Bounded, SingleFlight
from ..claims import Claims, Clock, TokenUse
from ..cognito import BusyError, Cognito, CognitoError, RefusedError, ReusedError, TokenSet, UnreachableError
from ..responses import UNDECIDED, Reason, RejectedError, StoreUnavailableError
from ..verifier import Verifier
from .cookies import cipher
from .fair_queue import FairQueue


class RefreshLedger(Protocol):
    """Keeps the result of a refresh for a grace time. Its methods raise `StoreUnavailableError`."""

    async def once(self, digest: bytes, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The result that another caller has made, or makes now; else that of `make`."""

    async def forget(self, digest: bytes) -> None:
        """Drop a result, which ends its grace time."""


class MemoryLedger:
    """For one process without a database, whose `Refresher` asks once at a time for a digest."""

    def __init__(self, *, clock: Clock, grace: float) -> None:
        self._clock, self._grace = clock, grace
        self._results: Bounded[bytes, bytes] = Bounded(10_000)

    async def once(self, digest: bytes, make: Callable[[], Awaitable[bytes]]) -> bytes:
        result = self._results.get(digest, self._clock())
        if result is None:
            result = await make()
            self._results.put(digest, result, self._clock(), self._clock() + self._grace)
        return result

    async def forget(self, digest: bytes) -> None:
        self._results.discard(digest)


@dataclass(frozen=True, slots=True, repr=False)
class Granted:
    """Verified tokens. `routed` is the one of them that routes take, `claims` are its claims, `nonce` is that of the ID
    token."""

    tokens: TokenSet
    routed: str
    claims: Claims
    nonce: object

    @property
    def sub(self) -> str:
        return str(self.claims["sub"])


@dataclass(frozen=True, slots=True)
class TokenSetVerifier:
    """Verifies what Cognito returned: both tokens must be good, and of one user. Routes take tokens of `use`."""

    verifiers: Mapping[TokenUse, Verifier]
    use: TokenUse

    async def verified(self, tokens: TokenSet) -> Granted:
        """Raises `RejectedError`, and `UnreachableError` where that cannot be decided now."""
        given: dict[TokenUse, str | None] = {"access": tokens.access, "id": tokens.id}
        try:
            claims = {
                use: (await self.verifiers[use].verify(as_bytes(token))).claims
                for use, token in given.items()
                if token is not None
            }
        except RejectedError as rejected:
            if rejected.reason in UNDECIDED:
                raise UnreachableError(rejected.reason.value) from None
            raise
        routed = given[self.use]
        if routed is None or len({str(known["sub"]) for known in claims.values()}) > 1:
            raise RejectedError(Reason.BAD_CLAIMS, "one_subject")
        return Granted(tokens, routed, claims[self.use], claims.get("id", {}).get("nonce"))


def as_bytes(token: str) -> bytes:
    """A token as it would stand in a header; what is not ASCII becomes something that no verifier accepts."""
    return token.encode("ascii", "replace")


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
    """`refresh` raises a `CognitoError` or `StoreUnavailableError`; a result that fails the verifier, or is of another
    user, counts as refused."""

    def __init__(
        self,
        cognito: Cognito,
        verifier: TokenSetVerifier,
        ledger: RefreshLedger,
        queue: FairQueue,
        *,
        meter: Metrics,
    ) -> None:
        self.verifier, self._cognito, self._ledger, self._queue = verifier, cognito, ledger, queue
        self._meter = meter
        self._flights: SingleFlight[bytes, TokenSet] = SingleFlight()

    async def refresh(self, refresh_token: str, caller: Caller) -> Granted:
        """New tokens for the same user."""
        try:
            granted = await self._granted(refresh_token, caller)
        except (CognitoError, StoreUnavailableError) as error:
            self._report(error, caller)
            raise
        if caller.subject is not None and granted.sub != caller.subject:
            audit.record("subject_changed", client=caller.address, sub=caller.subject, new_sub=granted.sub)
            raise RefusedError("the new token is of another user")
        return granted

    async def forget(self, refresh_token: str) -> None:
        """End the grace time of a refresh token; raises `StoreUnavailableError`."""
        await self._ledger.forget(_digest(refresh_token))

    async def close(self) -> None:
        await self._flights.close()

    async def _granted(self, refresh_token: str, caller: Caller) -> Granted:
        digest = _digest(refresh_token)
        try:
            tokens = await self._flights.join(digest, partial(self._shared, digest, refresh_token, caller))
            return await self.verifier.verified(tokens)
        except RejectedError as rejected:
            raise RefusedError(rejected.reason.value) from None

    async def _shared(self, digest: bytes, refresh_token: str, caller: Caller) -> TokenSet:
        # Only a holder of the refresh token can decrypt what the database keeps for it.
        sealing = cipher((refresh_token.encode(),), b"refresh result")
        made: list[TokenSet] = []

        async def ask() -> bytes:
            made.append(await self._cognito.refresh(refresh_token, caller.username))
            return sealing.encrypt(json.dumps(asdict(made[0])).encode())

        try:
            async with self._queue.place(caller.client, caller.connection):
                sealed = await self._ledger.once(digest, ask)
                if not made:
                    self._meter.count("auth_refreshes", "shared")
                    return TokenSet(**json.loads(sealing.decrypt(sealed)))
        except StoreUnavailableError:
            if not made:
                raise
            # Rotated already: to lose the result now would end the session.
        self._meter.count("auth_refreshes", "refreshed")
        return made[0]

    def _report(self, error: CognitoError | StoreUnavailableError, caller: Caller) -> None:
        self._meter.count("auth_refreshes", "refused" if isinstance(error, RefusedError) else "unavailable")
        if isinstance(error, BusyError):
            return  # a flood must not flood the log as well; the counter has it
        names: Mapping[type, str] = {ReusedError: "refresh_reuse", RefusedError: "refresh_refused"}
        event = names.get(type(error), "refresh_failed")
        audit.record(event, client=caller.address, sub=caller.subject or "", why=str(error) or type(error).__name__)


def _digest(refresh_token: str) -> bytes:
    """Under another name than releases before gave it, whose results this one cannot read."""
    return sha256(b"refreshed:" + refresh_token.encode()).digest()
