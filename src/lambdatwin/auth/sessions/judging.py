"""Verdicts on a set of tokens that an issuer gave: both must be good, and belong to one person."""

from dataclasses import dataclass

from ..claims.policy import TokenUse
from ..cognito.client import TokenSet
from ..door import Tokens
from ..reasons import Reason
from ..verifier import Rejected, Verdict, Verifier


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
