"""An authenticator with the corpus's issuer behind it: keys in memory, the clock stopped at `NOW`."""

from src.lambdatwin.auth.authenticator import Authenticator
from src.lambdatwin.auth.claims import Clock, Policy, TokenKind
from src.lambdatwin.auth.jwks import Jwks, PublicKey, parse_key_set
from src.lambdatwin.auth.revocations import LocalDenyList
from src.lambdatwin.auth.verifier import Verifier
from tests.support.counts import Counts
from tests.unit.lambdatwin.auth.corpus.world import CLIENT, ISSUER, MOBILE_CLIENT, NOW, published


def policy(use: str = "access", resource: str | None = None) -> Policy:
    kinds: dict[str, TokenKind] = {"access": "access", "id": "id", "jwt": "jwt"}
    return Policy(ISSUER, frozenset({CLIENT, MOBILE_CLIENT}), kinds[use], resource)


class FixedKeys(Jwks):
    """The published keys, known from the start."""

    def __init__(self) -> None:
        self.keys: dict[str, PublicKey] = parse_key_set(published())

    async def find(self, kid: str) -> PublicKey | None:
        return self.keys.get(kid)

    def trusts(self, kid: str, key: PublicKey) -> bool:
        return self.keys.get(kid) is key


def door(
    use: str = "access",
    *,
    keys: Jwks | None = None,
    revocations: LocalDenyList | None = None,
    clock: Clock = lambda: float(NOW),
    meter: Counts | None = None,
) -> Authenticator:
    meter = meter or Counts()
    made = verifier(policy(use), keys=keys, revocations=revocations, clock=clock, meter=meter)
    return Authenticator([made], by_session=None, meter=meter, bare=use == "jwt")


def verifier(
    policy: Policy,
    *,
    keys: Jwks | None = None,
    revocations: LocalDenyList | None = None,
    clock: Clock = lambda: float(NOW),
    meter: Counts | None = None,
) -> Verifier:
    meter = meter or Counts()
    revocations = revocations or LocalDenyList(None, clock=clock, monotonic=clock, meter=meter)
    return Verifier(keys or FixedKeys(), policy, revocations, clock=clock, meter=meter)
