"""Properties of the door that no list of examples can show."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.auth.authenticator import Accepted, Authenticator
from tests.unit.lambdatwin.auth.corpus.doors import door
from tests.unit.lambdatwin.auth.corpus.world import NOW, access_claims, bearer, seal, to_json, token
from tests.unit.lambdatwin.auth.corpus.world import header as jose_header

TOKEN = token()
DOOR = door()


def _let_in(through: Authenticator, value: bytes) -> bool:
    headers = bearer(value)
    outcome = asyncio.run(through.authenticate(headers))
    return isinstance(outcome, Accepted)


@given(st.integers(0, len(TOKEN) - 1), st.integers(0, 255))
def test_no_token_changed_in_one_byte_is_let_in(where: int, byte: int) -> None:
    assert _let_in(DOOR, TOKEN)
    changed = TOKEN[:where] + bytes([byte]) + TOKEN[where + 1 :]
    assert _let_in(DOOR, changed) == (changed == TOKEN)


@given(st.integers(0, len(TOKEN)), st.binary(min_size=1, max_size=4))
def test_no_token_with_bytes_put_in_is_let_in(where: int, more: bytes) -> None:
    assert not _let_in(DOOR, TOKEN[:where] + more + TOKEN[where:])


@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 8))
def test_no_token_with_bytes_taken_out_is_let_in(where: int, length: int) -> None:
    assert not _let_in(DOOR, TOKEN[:where] + TOKEN[where + length :])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["exp", "iat", "sub", "iss", "client_id", "token_use"]), _JSON)
def test_no_other_value_of_a_required_claim_is_let_in(claim: str, value: object) -> None:
    ranges = {"exp": range(NOW + 1, NOW + 86_341), "iat": range(NOW + 3540 - 86_400, NOW + 61)}
    good = ranges.get(claim, range(0))
    usual = access_claims()[claim]
    acceptable = (type(value) is type(usual) and value == usual) or (type(value) is int and value in good)
    if claim == "sub" and isinstance(value, str):
        acceptable = value != "" and value.isascii() and value[0].isalnum() and set(value) <= set("-._:@|+") | _ALNUM
    assert _let_in(door(), token(access_claims(**{claim: value}))) == acceptable


_ALNUM = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


@given(_JSON, _JSON)
def test_any_signed_json_gets_a_verdict(header: object, payload: object) -> None:
    assert not _let_in(DOOR, seal(to_json(header), to_json(payload)))
    assert not _let_in(DOOR, seal(to_json(jose_header()), to_json(payload)))


@given(st.binary(max_size=600))
def test_any_bytes_get_a_verdict(value: bytes) -> None:
    assert not _let_in(DOOR, value)
