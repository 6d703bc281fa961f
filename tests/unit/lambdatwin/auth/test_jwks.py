"""The keys of the issuer under faults, over a real socket, with every fetch counted."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import httpx
import pytest

from src.lambdatwin.auth.authenticator import Accepted, Authenticator, Refused
from src.lambdatwin.auth.jwks import Jwks, JwksLimits, parse_key_set
from src.lambdatwin.auth.responses import Reason, RejectedError
from src.lambdatwin.observability.logging import fields_of
from tests.support.counts import Counts
from tests.unit.lambdatwin.auth.corpus.doors import door
from tests.unit.lambdatwin.auth.corpus.world import ACCESS_KID, bearer, jwk, key_set, published, to_json, token
from tests.unit.lambdatwin.auth.jwks_server import JwksServer, jwks_server

pytestmark = pytest.mark.anyio

# No limit of time may decide on a busy machine, but where the limit is what is looked at.
PATIENT = JwksLimits(connect_seconds=20, whole_seconds=30, ttl=200, stale_for=1000, cool_down=10)
QUICK = replace(PATIENT, connect_seconds=0.2, whole_seconds=0.3)


@dataclass
class Setting:
    """A server, a client of it, the door behind both, and a clock that only the test moves."""

    server: JwksServer
    keys: Jwks
    door: Authenticator
    meter: Counts
    time: list[float] = field(default_factory=lambda: [0.0])

    def later(self, seconds: float) -> None:
        self.time[0] += seconds

    async def enters(self, value: bytes) -> bool:
        return isinstance(await self.door.authenticate(bearer(value)), Accepted)

    async def reason(self, value: bytes) -> tuple[Reason, int]:
        outcome = await self.door.authenticate(bearer(value))
        assert isinstance(outcome, Refused)
        return outcome.reason, outcome.response.status


@asynccontextmanager
async def setting(limits: JwksLimits = PATIENT) -> AsyncIterator[Setting]:
    now, meter = [0.0], Counts()
    async with jwks_server(published()) as server, httpx.AsyncClient(verify=False) as client:
        keys = Jwks(client, server.url, clock=lambda: now[0], meter=meter, limits=limits)
        yield Setting(server, keys, door(keys=keys, meter=meter), meter, now)
        await keys.close()


async def test_many_waiting_requests_cause_one_fetch() -> None:
    async with setting() as here:
        here.server.hold()
        waiting = [asyncio.create_task(here.enters(token())) for _ in range(100)]
        await asyncio.sleep(0)
        here.server.go.set()
        assert all(await asyncio.gather(*waiting))
        assert here.server.hits == 1


async def test_a_request_that_goes_away_does_not_take_the_fetch_with_it() -> None:
    async with setting() as here:
        here.server.hold()
        first = asyncio.create_task(here.enters(token()))
        await here.server.asked(1)
        second = asyncio.create_task(here.enters(token()))
        await asyncio.sleep(0)
        first.cancel()
        here.server.go.set()
        assert await second
        assert here.server.hits == 1


async def test_unknown_kids_cause_one_fetch_per_cool_down() -> None:
    async with setting() as here:
        assert await here.enters(token())
        for _ in range(3):
            before = here.server.hits
            tokens = [token(kid=f"unknown-{number}") for number in range(200)]
            assert not any(await asyncio.gather(*map(here.enters, tokens)))
            assert here.server.hits == before + 1
            here.later(PATIENT.cool_down)


async def test_the_cool_down_holds_when_the_fetch_fails() -> None:
    async with setting() as here:
        here.server.status = 503
        for _ in range(50):
            assert await here.reason(token()) == (Reason.KEYS_UNAVAILABLE, 503)
        assert here.server.hits == 2  # one fetch, retried once
        here.later(PATIENT.cool_down - 1)
        assert not await here.enters(token())
        assert here.server.hits == 2
        here.later(1)
        here.server.status = 200
        assert await here.enters(token())


async def test_valid_requests_do_not_wait_for_a_fetch_that_an_unknown_kid_caused() -> None:
    async with setting() as here:
        assert await here.enters(token())
        here.server.hold()
        attack = asyncio.create_task(here.enters(token(kid="unknown")))
        await here.server.asked(2)
        fresh = [token(x=number) for number in range(20)]
        started = time.perf_counter()
        assert all(await asyncio.gather(*map(here.enters, fresh)))
        assert time.perf_counter() - started < 1  # the fetch is held for three seconds
        here.server.go.set()
        assert not await attack


async def test_a_new_key_is_found_at_once() -> None:
    async with setting() as here:
        assert await here.enters(token())
        here.server.body = key_set(jwk("access", ACCESS_KID), jwk("rotated", "rotated"))
        assert await here.enters(token(key="rotated", kid="rotated"))
        assert await here.enters(token(x=1))
        assert here.server.hits == 2


async def test_a_withdrawn_key_is_trusted_no_longer_than_the_ttl_cached_verdicts_included() -> None:
    async with setting() as here:
        old = token()
        assert await here.enters(old)
        here.server.body = key_set(jwk("rotated", "rotated"))
        here.later(PATIENT.ttl - 1)
        assert await here.enters(old)
        here.later(PATIENT.ttl)
        assert not await here.enters(token(x=1))
        assert not await here.enters(old)


async def test_a_key_that_was_replaced_under_its_kid_is_gone() -> None:
    async with setting() as here:
        old = token()
        assert await here.enters(old)
        here.server.body = key_set(jwk("rotated", ACCESS_KID))
        here.later(PATIENT.ttl)
        assert await here.enters(token(key="rotated"))
        assert not await here.enters(old)


async def test_stale_keys_serve_for_a_bounded_time_while_the_endpoint_is_down() -> None:
    async with setting() as here:
        assert await here.enters(token())
        here.server.drops = 1000
        here.later(PATIENT.ttl)
        assert await here.enters(token(x=1))
        here.later(PATIENT.stale_for - 1)
        assert await here.enters(token(x=2))
        here.later(1)
        assert await here.reason(token(x=3)) == (Reason.KEYS_UNAVAILABLE, 503)
        here.server.drops = 0
        here.later(PATIENT.cool_down)
        assert await here.enters(token(x=4))


async def test_an_endpoint_that_was_down_is_asked_again_while_stale_keys_serve() -> None:
    async with setting() as here:
        assert await here.enters(token())
        here.server.drops = 2
        here.later(PATIENT.ttl)
        assert await here.enters(token(x=1))
        here.server.body = key_set(jwk("rotated", "rotated"))
        here.later(PATIENT.cool_down)
        here.server.hold()
        assert await here.enters(token(x=2))  # does not wait for the fetch
        here.server.go.set()
        await here.keys.warm()
        assert not await here.enters(token(x=2))


async def test_a_slow_endpoint_holds_a_request_no_longer_than_the_limit() -> None:
    async with setting(QUICK) as here:
        here.server.hold()
        started = time.perf_counter()
        assert await here.reason(token()) == (Reason.KEYS_UNAVAILABLE, 503)
        assert 0.25 < time.perf_counter() - started < 2.5


async def test_one_retry_mends_one_dropped_connection() -> None:
    async with setting() as here:
        here.server.drops = 1
        assert await here.enters(token())
        assert here.server.hits == 2


BAD_DOCUMENTS = {
    "nothing": b"",
    "no JSON": b"<html>",
    "a list": b"[]",
    "no keys": b"{}",
    "keys no list": b'{"keys":{}}',
    "empty": b'{"keys":[]}',
    "entries of other types": b'{"keys":[1,null,"x",[]]}',
    "twice": published() * 2,
    "keys twice": b'{"keys":[],"keys":[]}',
    "deep": b'{"keys":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "10 MB": b'{"keys":[],"x":"' + b"x" * 10_000_000 + b'"}',
    "too many": key_set(*[jwk("access", f"k{number}") for number in range(100)]),
    "1024 bits": key_set(jwk("small", ACCESS_KID)),
    "for encryption": key_set(jwk("access", ACCESS_KID, use="enc")),
    "another algorithm": key_set(jwk("access", ACCESS_KID, alg="RS512")),
    "HMAC": key_set({"kty": "oct", "kid": ACCESS_KID, "k": "AAAA", "alg": "HS256"}),
    "EC": key_set({"kty": "EC", "kid": ACCESS_KID, "crv": "P-256", "x": "AAAA", "y": "AAAA"}),
    "exponent 3": key_set(jwk("access", ACCESS_KID, e="Aw")),
    "exponent 1": key_set(jwk("access", ACCESS_KID, e="AQ")),
    "RSA members under another kind": key_set(jwk("access", ACCESS_KID, kty="EC")),
    "no kind": key_set(jwk("access", ACCESS_KID, kty=None)),
    "no exponent": key_set(jwk("access", ACCESS_KID, e=None)),
    "no modulus": key_set(jwk("access", ACCESS_KID, n=None)),
    "modulus a number": key_set(jwk("access", ACCESS_KID, n=12345)),
    "even modulus": key_set(jwk("access", ACCESS_KID, n="w" + "A" * 341)),
    "private": key_set(jwk("access", ACCESS_KID, d="AQAB")),
    "a prime factor": key_set(jwk("access", ACCESS_KID, p="AQAB")),
    "a CRT exponent": key_set(jwk("access", ACCESS_KID, dq="AQAB")),
    "a symmetric secret": key_set(jwk("access", ACCESS_KID, k="AQAB")),
    "operations without verify": key_set(jwk("access", ACCESS_KID, key_ops=["encrypt"])),
    "operations no list": key_set(jwk("access", ACCESS_KID, key_ops="verify")),
    "no kid": to_json({"keys": [jwk("access", ACCESS_KID) | {"kid": ""}]}),
    "kid a list": to_json({"keys": [jwk("access", ACCESS_KID) | {"kid": [ACCESS_KID]}]}),
    "exponent 3 of four bytes": key_set(jwk("access", ACCESS_KID, e="AAAAAw")),
    "for encryption, alg of null": key_set(jwk("access", ACCESS_KID, use="enc") | {"alg": None}),
    "operations of null": key_set(jwk("access", ACCESS_KID) | {"key_ops": None}),
    "kind of null": key_set(jwk("access", ACCESS_KID) | {"kty": None}),
    "two keys under one kid": key_set(jwk("access", ACCESS_KID), jwk("rotated", ACCESS_KID)),
}


@pytest.mark.parametrize("name", BAD_DOCUMENTS)
async def test_a_bad_document_replaces_nothing(name: str) -> None:
    async with setting() as here:
        assert await here.enters(token())
        here.server.body = BAD_DOCUMENTS[name]
        here.later(PATIENT.ttl)
        assert await here.enters(token(x=1))
        assert here.meter.of("auth_jwks_fetches", "failed") == 1


async def test_an_endless_document_is_left_alone() -> None:
    async with setting() as here:
        here.server.endless = True
        assert await here.reason(token()) == (Reason.KEYS_UNAVAILABLE, 503)


@pytest.mark.parametrize("status", [204, 301, 302, 307, 308, 400, 403, 404, 500, 503])
async def test_only_200_is_a_document_and_redirects_are_not_followed(status: int) -> None:
    async with setting() as here, jwks_server(published()) as elsewhere:
        here.server.status = status
        here.server.headers = f"location: {elsewhere.url}\r\n"
        assert not await here.enters(token())
        assert elsewhere.hits == 0


def _told(caplog: pytest.LogCaptureFixture) -> dict[str, object]:
    [fields] = [fields_of(record) for record in caplog.records if record.message == "jwks_fetch_failed"]
    return fields


async def test_the_log_says_why_an_encoded_document_is_none(caplog: pytest.LogCaptureFixture) -> None:
    async with setting() as here:
        here.server.headers = "content-encoding: gzip\r\n"
        assert not await here.keys.warm()
        assert _told(caplog) == {"url": here.server.url, "why": "content-encoding gzip, which was not asked for"}


async def test_the_log_names_the_address_that_failed(caplog: pytest.LogCaptureFixture) -> None:
    """The discovery document is there; the keys that it names are not."""
    async with jwks_server(b"") as discovery, jwks_server(published()) as keys, httpx.AsyncClient() as client:
        keys.status, issuer = 404, "http://127.0.0.1"
        discovery.body = to_json({"issuer": issuer, "jwks_uri": keys.url})
        found = Jwks(client, discovery.url, clock=lambda: 0.0, meter=Counts(), limits=PATIENT, issuer=issuer)
        assert not await found.warm()
        assert _told(caplog) == {"url": keys.url, "why": "status 404"}


async def test_the_log_has_no_password_of_an_address(caplog: pytest.LogCaptureFixture) -> None:
    async with jwks_server(b"no JSON") as server, httpx.AsyncClient() as client:
        address = server.url.replace("://", "://reader:secret-word@")
        keys = Jwks(client, address, clock=lambda: 0.0, meter=Counts(), limits=PATIENT)
        assert not await keys.warm()
        assert _told(caplog)["url"] == keys.url == server.url
        with pytest.raises(RejectedError) as refused:
            await keys.find(ACCESS_KID)
        assert "secret-word" not in str(refused.value)


async def test_usable_keys_among_others_are_taken() -> None:
    async with setting() as here:
        odd = [
            1,
            {"kty": "EC", "kid": "ec"},
            jwk("small", "small"),
            jwk("access", ACCESS_KID),
            jwk("access", ACCESS_KID),
        ]
        here.server.body = to_json({"keys": odd})
        assert await here.enters(token())


@pytest.mark.parametrize("absent", ["use", "alg"])
async def test_what_rfc_7517_leaves_open_may_be_missing(absent: str) -> None:
    async with setting() as here:
        here.server.body = key_set(jwk("access", ACCESS_KID, **{absent: None}))
        assert await here.enters(token())


async def test_warming_fetches_and_tells_whether_keys_are_there() -> None:
    async with setting() as here:
        here.server.status = 500
        assert not await here.keys.warm()
        assert not await here.keys.warm()
        assert here.server.hits == 2
        here.later(PATIENT.cool_down)
        here.server.status = 200
        assert await here.keys.warm()
        assert await here.enters(token())
        assert here.server.hits == 3


SPELLED_OTHERWISE = {
    "use of null": {"use": None},
    "alg of null": {"alg": None},
    "modulus padded": {"n": jwk("access", "")["n"] + "=="},
    "exponent of four bytes": {"e": "AAEAAQ"},
}


@pytest.mark.parametrize("name", SPELLED_OTHERWISE)
def test_an_issuers_key_may_be_spelled_otherwise_than_cognitos(name: str) -> None:
    document = key_set(jwk("access", ACCESS_KID) | SPELLED_OTHERWISE[name])
    [found] = parse_key_set(document).values()
    assert found.modulus == parse_key_set(published())[ACCESS_KID].modulus
