"""The issuer's keys (JWKS, RFC 7517) and RSA signatures: the only module that imports python-jose, and only its `jwk`.

`jose.jwt` and `jose.jws` decide what is not theirs to decide here (a missing `exp` passes, `crit` is ignored), and cost
twice as much. The pitfalls of `jose.jwk` are closed before it is called: it reads a missing `e` as 256, builds a
private key where a `d` is present, and takes its class from an `alg` that it is given (CVE-2024-33663: a public key as
HMAC secret; CVE-2026-85394: the same in DER), so the algorithm is a constant.

States by the age of the last good document: *fresh* (younger than `refresh_after`) is used as it is; from there to
`ttl` it is used while a background fetch runs; past `ttl` a request waits for the fetch, so that a withdrawn key is
trusted no longer; and when that fetch fails, the old keys serve until `stale_for` is over too, because an endpoint
that is down is likelier than a key that was withdrawn in the same hour. Belongs to one event loop.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx
from jose import jwk
from jose.exceptions import JOSEError

from ..gateway.http import TooLargeError, whole_body
from ..observability.logging import EventLog
from ..observability.metrics import Metrics
from .claims import Clock
from .responses import Reason, RejectedError
from .token import base64url_decode, parse_object

ALGORITHM: Final = "RS256"
_SMALLEST_BITS = 2048
_LARGEST_BITS = 8192  # a larger modulus only makes every verification slow
# RFC 7518 §6.3.2, and the secret of §6.4: where one is published, every reader can sign.
_PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))
_EXPONENT = b"\x01\x00\x01"  # 65537, which is what every issuer uses; small ones have a history of forgeries


class PublicKey:
    """An RSA key of the issuer, parsed once."""

    __slots__ = ("_key", "identity")

    def __init__(self, modulus: str, exponent: str) -> None:
        self.identity = (modulus, exponent)
        self._key = jwk.construct({"kty": "RSA", "n": modulus, "e": exponent}, algorithm=ALGORITHM)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether this key signed those bytes with RSASSA-PKCS1-v1_5 and SHA-256."""
        return bool(self._key.verify(signed, signature))


def public_key(material: Mapping[str, object], *, any_issuer: bool = False) -> PublicKey | None:
    """The key of a JWK, or None where it is no RSA key that may verify RS256 (RFC 7517 §4, RFC 7518 §6.3.1).

    `any_issuer`: the JWK need not be spelled as Cognito does.
    """
    if any_issuer:
        material = _in_cognitos_spelling(material)
    modulus, exponent = material.get("n"), material.get("e")
    if not (type(modulus) is str and type(exponent) is str and _may_verify(material)):
        return None
    try:
        if not _strong(base64url_decode(modulus.encode("ascii")), base64url_decode(exponent.encode("ascii"))):
            return None
        return PublicKey(modulus, exponent)
    except (ValueError, JOSEError):
        # UnicodeEncodeError and cryptography's refusal of an impossible modulus are ValueErrors.
        return None


def _in_cognitos_spelling(material: Mapping[str, object]) -> Mapping[str, object]:
    """Null is left out, base64's padding too, and 65537 has three bytes."""
    plain = {name: value for name, value in material.items() if name not in ("use", "alg") or value is not None}
    if isinstance(modulus := plain.get("n"), str):
        bare = modulus.rstrip("=")
        plain["n"] = bare if modulus == bare + "=" * (-len(bare) % 4) else modulus
    if plain.get("e") == "AAEAAQ":
        plain["e"] = "AQAB"
    return plain


def _may_verify(material: Mapping[str, object]) -> bool:
    operations = material.get("key_ops", ["verify"])
    return (
        material.get("kty") == "RSA"
        and material.get("use", "sig") == "sig"
        and material.get("alg", ALGORITHM) == ALGORITHM
        and isinstance(operations, list)
        and "verify" in operations
        and _PRIVATE.isdisjoint(material)
    )


def _strong(modulus: bytes, exponent: bytes) -> bool:
    bits = int.from_bytes(modulus).bit_length()
    return _SMALLEST_BITS <= bits <= _LARGEST_BITS and modulus[-1] & 1 == 1 and exponent == _EXPONENT


_DEPTH = 5
_MOST_KEYS = 64


class FetchError(Exception):
    """No keys came of a fetch; the message is for the log."""


def parse_key_set(document: bytes, *, any_issuer: bool = False) -> dict[str, PublicKey]:
    """The usable keys. Raises `FetchError` for none.

    Keys of other kinds are passed over, as RFC 7517 wants. A `kid` that two different keys claim names neither.
    """
    try:
        entries = parse_object(document, depth=_DEPTH).get("keys")
    except ValueError as error:
        raise FetchError("not a strict JSON object") from error
    if not isinstance(entries, list) or len(entries) > _MOST_KEYS:
        raise FetchError("no list of keys, or too many")
    found: dict[str, dict[tuple[str, str], PublicKey]] = {}
    for entry in (one for one in entries if isinstance(one, dict)):
        kid, key = entry.get("kid"), public_key(entry, any_issuer=any_issuer)
        if isinstance(kid, str) and kid and key is not None:
            found.setdefault(kid, {})[key.identity] = key
    keys = {kid: key for kid, claimed in found.items() if len(claimed) == 1 for key in claimed.values()}
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
    refresh_after: float = 2400.0
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


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


class Jwks:
    """Keys over HTTP; `clock` is monotonic, in seconds. With an `issuer`, `url` is its discovery document;
    `any_issuer` is for those that are no user pools. The attribute `url` is for logs.
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
        any_issuer: bool = False,
    ) -> None:
        self._client, self._address, self._clock, self._meter, self._issuer = client, url, clock, meter, issuer
        self.url = _without_password(url)
        self._any_issuer = any_issuer
        self._limits = limits or JwksLimits()
        self._keys: dict[str, PublicKey] = {}
        self._loaded_at: float | None = None
        self._quiet_until = float("-inf")
        self._failing = False
        self._running: asyncio.Task[bool] | None = None
        self._log = EventLog("auth.jwks")

    async def find(self, kid: str) -> PublicKey | None:
        """The key, after a fetch where one is due and allowed; raises `RejectedError` without any usable key."""
        age = self._age()
        if age < self._limits.ttl or (self._failing and age < self._limits.ttl + self._limits.stale_for):
            if age >= self._limits.refresh_after and self._running is None and self._may_fetch():
                self._start(quiet_after=False)
            if kid in self._keys:
                return self._keys[kid]
        if self._may_fetch():
            # A successful fetch for an unknown kid opens a cool-down too: what is still unknown stays so for a while.
            await self._fetch_once(quiet_after=age < self._limits.ttl)
        if not self.ready():
            raise RejectedError(Reason.KEYS_UNAVAILABLE, "keys_are_available")
        return self._keys.get(kid)

    async def warm(self) -> bool:
        """Fetch now, at start-up; False when the endpoint does not answer, which is no failure yet."""
        if self._may_fetch():
            await self._fetch_once(quiet_after=False)
        return self.ready()

    def ready(self) -> bool:
        """Whether there are keys that may be used."""
        return self._age() < self._limits.ttl + self._limits.stale_for

    def trusts(self, kid: str, key: PublicKey) -> bool:
        """Whether a signature verified with this key is still valid: False once the issuer withdrew or replaced it."""
        known = self._keys.get(kid)
        return known is not None and known.identity == key.identity

    async def close(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def _age(self) -> float:
        return float("inf") if self._loaded_at is None else self._clock() - self._loaded_at

    def _may_fetch(self) -> bool:
        return self._running is not None or self._clock() >= self._quiet_until

    async def _fetch_once(self, *, quiet_after: bool) -> None:
        # Shielded: the request that happened to start the fetch may go away, the others still wait for it.
        await asyncio.shield(self._running or self._start(quiet_after=quiet_after))

    def _start(self, *, quiet_after: bool) -> asyncio.Task[bool]:
        if quiet_after:
            self._quiet_until = self._clock() + self._limits.cool_down
        self._running = asyncio.get_running_loop().create_task(self._load())
        self._running.add_done_callback(self._finished)
        return self._running

    def _finished(self, task: asyncio.Task[bool]) -> None:
        self._running = None
        self._failing = task.cancelled() or not task.result()
        if self._failing:
            self._quiet_until = self._clock() + self._limits.cool_down
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

    async def _load(self) -> bool:
        """Take over the published keys; a withdrawn key is gone at once."""
        address, shown = self._address, self.url
        try:
            if self._issuer is not None:
                address = shown = await self._key_set_url(self._issuer)
            document = await fetch(self._client, address, self._limits)
            self._keys = parse_key_set(document, any_issuer=self._any_issuer)
        except Exception as error:  # a foreign endpoint: whatever it does, waiting requests get a verdict
            self._log.warning("jwks_fetch_failed", url=shown, why=_reason(error))
            return False
        self._loaded_at = self._clock()
        return True
