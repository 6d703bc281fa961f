"""The whole corpus."""

from tests.unit.lambdatwin.auth.corpus import (
    claim_sets,
    encoding,
    genuine,
    good,
    issuers,
    json_texts,
    signing,
    transport,
)
from tests.unit.lambdatwin.auth.corpus.world import Item


def hostile() -> list[Item]:
    """Everything that must not be let in."""
    return [
        *transport.items(),
        *encoding.items(),
        *json_texts.items(),
        *signing.items(),
        *claim_sets.items(),
        *issuers.items(),
    ]


def welcome() -> list[Item]:
    """Everything that must be."""
    return good.items() + genuine.items() + issuers.genuine()
