"""Whom a token must come from and be for. Every part is stated: a policy with a hole in it cannot be built."""

from dataclasses import dataclass
from typing import Literal

type TokenUse = Literal["access", "id"]

LARGEST_LEEWAY = 60
# Cognito lets no access or ID token live longer than a day. Revocations are kept as long as that, so a token that
# lived longer would outlive its own revocation.
LONGEST_LIFETIME = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Policy:
    """`leeway` (seconds, at most 60) is for `nbf` and `iat` only: an expired token is expired.

    `resource` is the audience of access tokens made with resource indicators, None where the pool uses none.
    """

    issuer: str
    client_id: str
    use: TokenUse
    resource: str | None
    leeway: int
    longest_lifetime: int

    def __post_init__(self) -> None:
        if not self.issuer or not self.client_id or self.resource == "":
            raise ValueError("issuer and client id must be named")
        if self.use not in ("access", "id"):
            raise ValueError("use is either access or id")
        if not 0 <= self.leeway <= LARGEST_LEEWAY:
            raise ValueError(f"leeway is at most {LARGEST_LEEWAY} seconds")
        if self.longest_lifetime <= 0:
            raise ValueError("tokens live longer than nothing")
