"""Each check of the verifier taken out in turn: at least one item of the corpus must notice."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from src.lambdatwin.auth.authenticator import Accepted, Refused
from src.lambdatwin.auth.jwks import FetchError, PublicKey, parse_key_set
from src.lambdatwin.auth.responses import RejectedError
from src.lambdatwin.gateway.http import GatewayResponse
from tests.unit.lambdatwin.auth.corpus.collection import hostile
from tests.unit.lambdatwin.auth.corpus.doors import FixedKeys, door, policy, verifier
from tests.unit.lambdatwin.auth.corpus.world import Headers
from tests.unit.lambdatwin.auth.test_jwks import BAD_DOCUMENTS
from tests.verify.auth.mutants import Mutant, alive, mutants

UNAUTHORIZED = b'{"message":"Unauthorized"}'
EXPIRED = b'{"message":"The incoming token has expired"}'


@cache
def requests() -> list[tuple[str, Headers, str, bytes]]:
    return [(i.name, i.headers(), i.use, EXPIRED if i.expired else UNAUTHORIZED) for i in hostile()]


def _notices_request(response: GatewayResponse | None, expected: bytes) -> bool:
    return response is None or (response.status, response.body) != (401, expected)


class WatchedKeys(FixedKeys):
    """Notices a `kid` that must not be looked up: each look-up may cost a fetch."""

    async def find(self, kid: str) -> PublicKey | None:
        if not (kid.isascii() and kid.isprintable() and " " not in kid and 0 < len(kid) <= 256):
            raise LookupError("a kid that is none")
        return await super().find(kid)


async def _noticed_by_requests() -> str | None:
    doors = {use: door(use, keys=WatchedKeys()) for use in ("access", "id", "jwt")}
    bare_door = verifier(policy(), keys=WatchedKeys())
    for name, headers, use, expected in requests():
        try:
            outcome = await doors[use].authenticate(headers)
            # Tokens out of cookies and out of Cognito's answers reach the verifier without a header around them.
            bare = headers[-1][1][7:] if headers and use == "access" and not name.startswith("transport") else b""
            with suppress(RejectedError):
                await bare_door.verify(bare)
                return f"{name}, without a header"
        except Exception as error:  # whatever a mutant raises: the verifier itself may raise nothing
            return f"{name} ({type(error).__name__})"
        if isinstance(outcome, Accepted) or _notices_request(outcome.response, expected):
            return name
        assert isinstance(outcome, Refused)
    return None


def _noticed_by_documents() -> str | None:
    for name, document in BAD_DOCUMENTS.items():
        try:
            parse_key_set(document)
        except FetchError:
            continue
        except Exception as error:  # as above
            return f"{name} ({type(error).__name__})"
        return name
    return None


def _witness(mutant: Mutant) -> str | None:
    with alive(mutant):
        try:
            return _noticed_by_documents() or asyncio.run(_noticed_by_requests())
        except Exception as error:  # a mutant that cannot even build the door
            return type(error).__name__


def test_taking_out_any_check_is_noticed(record_property: Callable[[str, object], None]) -> None:
    assert _noticed_by_documents() is None
    assert asyncio.run(_noticed_by_requests()) is None
    found = {mutant: _witness(mutant) for mutant in mutants()}
    unnoticed = [f"{mutant.module}: {mutant.where}" for mutant, witness in found.items() if witness is None]
    print(f"\nauth: {len(found)} checks taken out one by one, {len(found) - len(unnoticed)} noticed by the corpus")
    assert unnoticed == []
    assert len(found) > 60
