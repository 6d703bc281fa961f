"""Every item of the corpus through the door, cold and warm."""

import pytest

from src.lambdatwin.auth.authenticator import Accepted, Authenticator, Refused
from src.lambdatwin.auth.responses import Reason
from src.lambdatwin.gateway.http import GatewayResponse
from tests.unit.lambdatwin.auth.corpus.collection import hostile, welcome
from tests.unit.lambdatwin.auth.corpus.doors import door
from tests.unit.lambdatwin.auth.corpus.world import Headers, Item, bearer, token

pytestmark = pytest.mark.anyio

UNAUTHORIZED = b'{"message":"Unauthorized"}'
EXPIRED = b'{"message":"The incoming token has expired"}'


@pytest.fixture(scope="module")
def doors() -> dict[str, Authenticator]:
    return {use: door(use) for use in ("access", "id", "jwt")}


async def _send(through: Authenticator, headers: Headers) -> GatewayResponse | None:
    """The refusal, or None for a request that was let in."""
    outcome = await through.authenticate(headers)
    return outcome.response if isinstance(outcome, Refused) else None


def _challenge(response: GatewayResponse) -> bytes:
    return dict(response.headers)[b"www-authenticate"]


def _is_the_refusal(item: Item, response: GatewayResponse | None) -> bool:
    return (
        response is not None and response.status == 401 and response.body == (EXPIRED if item.expired else UNAUTHORIZED)
    )


# A test for each of the thousand items would spend most of its time on itself.
async def test_a_hostile_request_gets_the_one_refusal_cold_and_warm(doors: dict[str, Authenticator]) -> None:
    faults = []
    for item in hostile():
        headers = item.headers()
        assert isinstance(await doors["access"].authenticate(bearer(token())), Accepted)
        cold, warm = await _send(doors[item.use], headers), await _send(doors[item.use], headers)
        if cold != warm or not _is_the_refusal(item, cold):
            faults.append((item.name, cold, warm))
    assert faults == []


async def test_a_good_request_is_let_in_cold_and_warm(doors: dict[str, Authenticator]) -> None:
    faults = []
    for item in welcome():
        headers = item.headers()
        answers = [await _send(doors[item.use], headers) for _ in ("cold", "warm")]
        if answers != [None, None]:
            faults.append((item.name, *answers))
    assert faults == []


async def test_the_corpus_is_large_and_its_names_are_its_own() -> None:
    names = [item.name for item in hostile() + welcome()]
    assert len(names) == len(set(names))
    assert len(hostile()) >= 150
    assert len(welcome()) >= 75


async def test_a_bad_signature_and_an_unknown_key_look_the_same(doors: dict[str, Authenticator]) -> None:
    forged = await doors["access"].authenticate(bearer(token(key="attacker")))
    unknown = await doors["access"].authenticate(bearer(token(kid="unknown")))
    assert isinstance(forged, Refused)
    assert isinstance(unknown, Refused)
    assert forged.response == unknown.response
    assert (forged.reason, unknown.reason) == (Reason.BAD_SIGNATURE, Reason.UNKNOWN_KEY)


async def test_challenges_follow_rfc_6750(doors: dict[str, Authenticator]) -> None:
    missing = await _send(doors["access"], [])
    bad = await _send(doors["access"], bearer(b"a.b.c"))
    expired = next(item for item in hostile() if item.expired)
    over = await _send(doors["access"], expired.headers())
    assert missing is not None
    assert bad is not None
    assert over is not None
    assert _challenge(missing) == b"Bearer"
    assert _challenge(bad).startswith(b'Bearer error="invalid_token", error_description="')
    assert _challenge(over) == b'Bearer error="invalid_token", error_description="The access token has expired"'
