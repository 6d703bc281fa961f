"""A door with the corpus's issuer behind it: keys in memory, the clock stopped at `NOW`."""

from dataclasses import dataclass, field

from src.lambdatwin.auth.caches.verdicts import VerdictCache
from src.lambdatwin.auth.claims.policy import LONGEST_LIFETIME, Policy
from src.lambdatwin.auth.door import Authenticator, Tokens
from src.lambdatwin.auth.keys.key_set import parse_key_set
from src.lambdatwin.auth.keys.signature import PublicKey
from src.lambdatwin.auth.observing import MemoryMeter
from src.lambdatwin.auth.revocations import NothingRevoked, RevocationCheck
from src.lambdatwin.auth.verifier import Clock, KeySource, Verifier
from tests.unit.lambdatwin.auth.corpus.world import CLIENT, ISSUER, NOW, published


def policy(use: str = "access", resource: str | None = None) -> Policy:
    return Policy(ISSUER, CLIENT, "id" if use == "id" else "access", resource, 60, LONGEST_LIFETIME)


@dataclass
class FixedKeys:
    """The published keys, known from the start."""

    keys: dict[str, PublicKey] = field(default_factory=lambda: parse_key_set(published(), {}))

    def known(self, kid: str) -> PublicKey | None:
        return self.keys.get(kid)

    async def find(self, kid: str) -> PublicKey | None:
        return self.keys.get(kid)

    def trusts(self, kid: str, key: PublicKey) -> bool:
        return self.keys.get(kid) is key


@dataclass
class SilentAudit:
    """Keeps what was recorded."""

    lines: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def record(self, event: str, **fields: str) -> None:
        self.lines.append((event, fields))


def door(
    use: str = "access",
    *,
    keys: KeySource | None = None,
    revocations: RevocationCheck | None = None,
    clock: Clock = lambda: float(NOW),
    audit: SilentAudit | None = None,
    meter: MemoryMeter | None = None,
) -> Authenticator:
    meter = meter or MemoryMeter()
    verifier = Verifier(keys or FixedKeys(), policy(use), clock)
    tokens = Tokens(verifier, VerdictCache(), revocations or NothingRevoked(), meter)
    return Authenticator(tokens, sessions=None, meter=meter, audit=audit or SilentAudit())
