"""The issuer's keys (JWKS, RFC 7517) and RSA signatures: of the app only this module imports python-jose, and of that
only `jwk`.

`jose.jwt` and `jose.jws` decide what is not theirs to decide here (a missing `exp` passes, `crit` is ignored), and cost
twice as much. The pitfalls of `jose.jwk` are closed before it is called: it reads a missing `e` as 256, builds a
private key where a `d` is present, and takes its class from an `alg` that it is given (CVE-2024-33663: a public key as
HMAC secret; CVE-2026-85394: the same in DER), so the algorithm is a constant.

A document is used until `ttl` is over; then a request waits for a fetch, so that a withdrawn key is trusted no longer.
When that fetch fails, the old keys serve until `stale_for` is over too, because an endpoint that is down is likelier
than a key that was withdrawn in the same hour. Belongs to one event loop.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx
from jose import jwk
from jose.backends.base import Key
from jose.exceptions import JOSEError

from ..gateway.http import TooLargeError, whole_body
from ..observability.logging import EventLog
from ..observability.metrics import Metrics
from .cache import SingleFlight
from .claims import Clock
from .responses import Reason, RejectedError
from .token import base64url_decode, parse_object

ALGORITHM: Final = "RS256"
_SMALLEST_BITS = 2048
_LARGEST_BITS = 8192  # a larger modulus only makes every verification slow
# RFC 7518 §6.3.2, and the secret of §6.4: where one is published, every reader can sign.
_PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))
_EXPONENT = 65537  # which is what every issuer uses; small ones have a history of forgeries


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA key of the issuer, parsed once; the same one as any other of its modulus."""

    modulus: str
    parsed: Key = field(compare=False, repr=False)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether this key signed those bytes with RSASSA-PKCS1-v1_5 and SHA-256."""
        return bool(self.parsed.verify(signed, signature))


def public_key(material: Mapping[str, object]) -> PublicKey | None:
    """The key of a JWK, or None where it is no RSA key that may verify RS256 (RFC 7517 §4, RFC 7518 §6.3.1).

    Some issuers pad base64url, write null for what is missing, and 65537 in four bytes.
    """
    modulus, exponent = material.get("n"), material.get("e")
    if not (type(modulus) is str and type(exponent) is str and _may_verify(material)):
        return None
    bare = modulus.rstrip("=")
    try:
        number = _number(bare)
        if _number(exponent) != _EXPONENT or number % 2 == 0:
            return None
        if not _SMALLEST_BITS <= number.bit_length() <= _LARGEST_BITS:
            return None
        return PublicKey(bare, jwk.construct({"kty": "RSA", "n": bare, "e": "AQAB"}, ALGORITHM))
    except (ValueError, JOSEError):
        # UnicodeEncodeError and cryptography's refusal of an impossible modulus are ValueErrors.
        return None


def _number(text: str) -> int:
    return int.from_bytes(base64url_decode(text.encode("ascii")))


def _may_verify(material: Mapping[str, object]) -> bool:
    operations = material.get("key_ops", ["verify"])
    return (
        material.get("kty") == "RSA"
        and material.get("use") in (None, "sig")
        and material.get("alg") in (None, ALGORITHM)
        and isinstance(operations, list)
        and "verify" in operations
        and _PRIVATE.isdisjoint(material)
    )


_DEPTH = 5
_MOST_KEYS = 64


class FetchError(Exception):
    """No keys came of a fetch; the message is for the log."""


def parse_key_set(document: bytes) -> dict[str, PublicKey]:
    """The usable keys. Raises `FetchError` for none.

    Keys of other kinds are passed over, as RFC 7517 wants. A `kid` that two different keys claim names neither.
    """
    try:
        entries = parse_object(document, depth=_DEPTH).get("keys")
    except ValueError as error:
        raise FetchError("not a strict JSON object") from error
    if not isinstance(entries, list) or len(entries) > _MOST_KEYS:
        raise FetchError("no list of keys, or too many")
    found: dict[str, set[PublicKey]] = {}
    for entry in (one for one in entries if isinstance(one, dict)):
        kid, key = entry.get("kid"), public_key(entry)
        if isinstance(kid, str) and kid and key is not None:
            found.setdefault(kid, set()).add(key)
    keys = {kid: claimed.pop() for kid, claimed in found.items() if len(claimed) == 1}
    if not keys:
        raise FetchError("no key that may be used")
    return keys


@dataclass(frozen=True, slots=True)
class JwksLimits:
    """Seconds, and bytes; `whole_seconds` covers the retry too. `cool_down` is the least time between two fetches that
    an unknown `kid` or a failure can cause."""

    connect_seconds: float = 1.5
    whole_seconds: float = 3.0
    largest_bytes: int = 256 * 1024
    attempts: int = 2
    ttl: float = 3600.0
    stale_for: float = 6 * 3600.0
    cool_down: float = 10.0


async def fetch(client: httpx.AsyncClient, url: str, limits: JwksLimits) -> bytes:
    """The document's bytes; raises `FetchError`."""
    failure = "no attempt was made"
    try:
        async with asyncio.timeout(limits.whole_seconds):
            for _ in range(limits.attempts):
                try:
                    return await _attempt(client, url, limits)
                except (httpx.HTTPError, httpx.InvalidURL, FetchError, TooLargeError) as error:
                    failure = _reason(error)
    except TimeoutError:
        failure = f"no answer within {limits.whole_seconds} s"
    raise FetchError(failure)


async def _attempt(client: httpx.AsyncClient, url: str, limits: JwksLimits) -> bytes:
    timeout = httpx.Timeout(limits.whole_seconds, connect=limits.connect_seconds)
    # identity: a compressed answer could grow past the limit before its size is seen
    headers = {"accept": "application/json", "accept-encoding": "identity"}
    async with client.stream("GET", url, headers=headers, timeout=timeout, follow_redirects=False) as response:
        if response.status_code != 200:
            raise FetchError(f"status {response.status_code}")
        if (encoding := response.headers.get("content-encoding", "identity")) != "identity":
            raise FetchError(f"content-encoding {encoding}, which was not asked for")
        return await whole_body(response.aiter_raw(), limits.largest_bytes)


def _reason(error: Exception) -> str:
    told = isinstance(error, FetchError | TooLargeError)
    return str(error) if told else f"{type(error).__name__}: {error}"


class Jwks:
    """Keys over HTTP; `clock` is monotonic, in seconds. With an `issuer`, `url` is its discovery document. The
    attribute `url` is for logs, without a password that the address may hold.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        *,
        clock: Clock,
        meter: Metrics,
        limits: JwksLimits | None = None,
        issuer: str | None = None,
    ) -> None:
        self._client, self._address, self._clock, self._meter, self._issuer = client, url, clock, meter, issuer
        self.url = str(httpx.URL(url).copy_with(userinfo=b""))
        self._limits = limits or JwksLimits()
        self._keys: dict[str, PublicKey] = {}
        self._loaded_at = self._quiet_until = float("-inf")
        self._failing = False
        self._fetches: SingleFlight[str, None] = SingleFlight()
        self._log = EventLog("auth.jwks")

    async def find(self, kid: str) -> PublicKey | None:
        """The key, after a fetch where one is due and allowed; raises `RejectedError` without any usable key."""
        fresh, known = self._clock() < self._loaded_at + self._limits.ttl, kid in self._keys
        serves = known and (fresh or (self._failing and self.ready()))
        # What is still unknown after a fetch stays so for a while.
        cool_down = self._limits.cool_down if fresh else 0
        if not (known and fresh) and self._begin(cool_down) and not serves:
            await self._fetches.join(self._address, self._load)
        if not self.ready():
            raise RejectedError(Reason.KEYS_UNAVAILABLE, "keys_are_available")
        return self._keys.get(kid)

    async def warm(self) -> bool:
        """Fetch now, at start-up; False when the endpoint does not answer, which is no failure yet."""
        if self._begin(0):
            await self._fetches.join(self._address, self._load)
        return self.ready()

    def _begin(self, cool_down: float) -> bool:
        """Begin a fetch, but not in a cool-down; whether one runs. Another cool-down begins with it, or with its
        failure."""
        if self._address not in self._fetches and self._clock() >= self._quiet_until:
            self._quiet_until = self._clock() + cool_down
            self._fetches.start(self._address, self._load)
        return self._address in self._fetches

    def ready(self) -> bool:
        """Whether there are keys that may be used."""
        return self._clock() < self._loaded_at + self._limits.ttl + self._limits.stale_for

    def trusts(self, kid: str, key: PublicKey) -> bool:
        """Whether a signature verified with this key is still valid: False once the issuer withdrew or replaced it."""
        return self._keys.get(kid) == key

    async def close(self) -> None:
        await self._fetches.close()

    async def _load(self) -> None:
        """Take over the published keys; a withdrawn key is gone at once."""
        address, shown = self._address, self.url
        try:
            if self._issuer is not None:
                address = shown = await self._key_set_url(self._issuer)
            self._keys = parse_key_set(await fetch(self._client, address, self._limits))
            self._loaded_at, self._failing = self._clock(), False
        except Exception as error:  # a foreign endpoint: whatever it does, waiting requests get a verdict
            self._failing, self._quiet_until = True, self._clock() + self._limits.cool_down
            self._log.warning("jwks_fetch_failed", url=shown, why=_reason(error))
        self._meter.count("auth_jwks_fetches", "failed" if self._failing else "ok")

    async def _key_set_url(self, issuer: str) -> str:
        document = parse_object(await fetch(self._client, self._address, self._limits), depth=_DEPTH)
        url = document.get("jwks_uri")
        # OpenID Connect Discovery §4.3: the document must be the issuer's own.
        if document.get("issuer") != issuer or type(url) is not str:
            raise FetchError("no discovery document of this issuer")
        if not url.startswith("https://") and issuer.startswith("https://"):
            raise FetchError("the keys of an https issuer must be fetched over https")
        return url
