"""The text of a token: credentials, compact JWS, JOSE header, strict JSON and base64url. Nothing is verified here.

Base64url has one spelling per value (RFC 7515 §2): `base64.urlsafe_b64decode` skips foreign characters and ignores the
unused bits of the last one, so that a second spelling would pass a cache or a revocation keyed by the text.

JSON has one reading per text, bounded work, and ValueError for everything else. The standard parser keeps the last of
two equal keys, knows NaN and Infinity, reads 1e400 as infinity, accepts lone surrogates and NUL, recurses as deep as it
is told to and takes seconds for a number of a million digits. Each of these made two programs read one signed text
differently, or ended in something other than a refusal.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from math import isfinite
from typing import NamedTuple, NoReturn

from ..gateway.http import HeaderLine
from .responses import Reason, RejectedError


def base64url_decode(text: bytes) -> bytes:
    """The bytes; raises ValueError for any spelling but the canonical one."""
    raw = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    if base64url_encode(raw) != text:
        raise ValueError("not the canonical base64url spelling")
    return raw


def base64url_encode(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


# JavaScript writes a number with at most 25 characters: -0.0000012345678901234567.
LONGEST_NUMBER = 25
_BLANKS = " \t\n\r"  # those of RFC 8259 §2, and no other
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def parse_object(raw: bytes, *, depth: int) -> dict[str, object]:
    """The object that `raw` spells, at most `depth` containers deep; raises ValueError (and nothing else) if none."""
    text = raw.decode("utf-8").strip(_BLANKS)
    try:
        value, end = _DECODER.raw_decode(text)
    except RecursionError:
        raise ValueError("too deep") from None
    if end != len(text) or type(value) is not dict:
        raise ValueError("not one object")
    if b"\\u" in raw or raw.count(b"{") + raw.count(b"[") > depth:
        _check(value, depth)
    return value


def _check(value: object, depth: int) -> None:
    if isinstance(value, str) and _UNFIT.search(value):
        raise ValueError("NUL or a lone surrogate")
    if not isinstance(value, dict | list):
        return
    if not depth:
        raise ValueError("too deep")
    for part in value if isinstance(value, list) else chain(value, value.values()):
        _check(part, depth - 1)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number too long")
    return int(digits)


def _fraction(digits: str) -> float:
    if len(digits) > LONGEST_NUMBER or not isfinite(number := float(digits)):
        raise ValueError("a number too long or too large")
    return number


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


type Header = Mapping[str, object]

# Parameters that bring a key along (jwk, jku, x5c, ...), that change what is signed or how it is packed (b64, zip,
# cty), or that belong to encryption. Cognito sends none; a verifier that follows one of them trusts the attacker.
_KEYS = ("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "url", "trust_chain", "svt", "ppt")
_PACKING = ("b64", "zip", "cty", "nonce")
_ENCRYPTION = ("enc", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c")
_FOREIGN = frozenset((*_KEYS, *_PACKING, *_ENCRYPTION))
# Issuers other than Cognito name their keys' address (Cloud Foundry UAA) or their certificate's thumbprint too
# (RFC 7515 §4.1.2 and 4.1.7): nothing follows them, the key is the one of that `kid` in the issuer's own JWKS. They may
# say that a token is an access token (RFC 9068 §2.1); media types have no case, and may be spelled in full (RFC 7515
# §4.1.9). ForgeRock's say that nothing is compressed.
_FOREIGN_OF_ANY_ISSUER = _FOREIGN - {"jku", "x5t", "x5t#S256"}
_ANY_TYPE = ("jwt", "application/jwt", "at+jwt", "application/at+jwt")
_UNCOMPRESSED = ("zip", "NONE")
_KEY_ID = re.compile(r"[\x21-\x7e]{1,256}")


def _checks(header: Header, *, any_issuer: bool) -> dict[str, bool]:
    kid, kind = header.get("kid"), header.get("typ", "JWT")
    foreign = _FOREIGN_OF_ANY_ISSUER if any_issuer else _FOREIGN
    named = {name for name, value in header.items() if not any_issuer or (name, value) != _UNCOMPRESSED}
    return {
        # Exactly this one text: no `none`, no HMAC keyed by the public key (CVE-2024-33663, CVE-2026-85394), no rs256.
        "algorithm_is_rs256": header.get("alg") == "RS256",
        # No extension is understood here, so it may name none (RFC 7515 §4.1.11); an empty list is malformed.
        "nothing_is_critical": "crit" not in header,
        "no_foreign_parameter": foreign.isdisjoint(named),
        # Cognito states none; a stated one must say JWT, so that no other signed thing passes (RFC 8725 §3.11).
        "type_is_jwt": str(kind).lower() in _ANY_TYPE if any_issuer else kind == "JWT",
        # Visible ASCII of bounded length: it is looked up in a mapping, never in a path or a query.
        "key_id_is_text": type(kid) is str and _KEY_ID.fullmatch(kid) is not None,
    }


HEADER_DEPTH = 2
# A claim made by a pre-token-generation trigger may hold objects; nothing of Cognito's own is deeper than three.
PAYLOAD_DEPTH = 8


class UnverifiedToken(NamedTuple):
    """What a token says about its key, and the bytes that its signature must cover; its claims are still closed."""

    kid: str
    signed: bytes
    signature: bytes
    payload: bytes


def take_apart(token: bytes, *, any_issuer: bool = False) -> UnverifiedToken:
    """Three canonical segments and a header that passes every check; raises `RejectedError` otherwise.

    `any_issuer`: the header need not be one of Cognito's.
    """
    segments = token.split(b".")
    if len(segments) != 3:
        raise RejectedError(Reason.MALFORMED_JWT, "three_segments")
    if len(segments[0]) > LARGEST_HEADER:
        raise RejectedError(Reason.UNACCEPTABLE_HEADER, "header_is_bounded")
    kid = _key_id(segments[0], any_issuer)
    payload = _decoded(segments[1], Reason.BAD_CLAIMS, "payload_is_base64url")
    signature = _decoded(segments[2], Reason.BAD_SIGNATURE, "signature_is_base64url")
    return UnverifiedToken(kid, token[: token.rindex(b".")], signature, payload)


def _decoded(segment: bytes, reason: Reason, check: str) -> bytes:
    try:
        return base64url_decode(segment)
    except ValueError as error:
        raise RejectedError(reason, check) from error


@lru_cache(maxsize=64)
def _key_id(segment: bytes, any_issuer: bool) -> str:
    """Remembered, because all tokens of a key have the same header; a refusal is an exception, and never kept."""
    try:
        header = parse_object(base64url_decode(segment), depth=HEADER_DEPTH)
    except ValueError as error:
        raise RejectedError(Reason.UNACCEPTABLE_HEADER, "header_is_strict") from error
    for name, holds in _checks(header, any_issuer=any_issuer).items():
        if not holds:
            raise RejectedError(Reason.UNACCEPTABLE_HEADER, name)
    return str(header["kid"])


def open_claims(token: UnverifiedToken) -> dict[str, object]:
    """The claims; called once the signature holds, so that only the issuer's JSON is parsed."""
    try:
        return parse_object(token.payload, depth=PAYLOAD_DEPTH)
    except ValueError as error:
        raise RejectedError(Reason.BAD_CLAIMS, "payload_is_strict") from error


def stated_issuer(token: bytes) -> str:
    """The issuer that a token names. Nothing is verified: it may choose a verifier, which asks for that issuer."""
    try:
        claims = open_claims(take_apart(token, any_issuer=True))
    except RejectedError:
        return ""
    return str(claims.get("iss"))


# API Gateway takes 10 240 bytes for all headers together; tokens with many groups come near.
LARGEST_CREDENTIALS = 10_240
# Cognito's JOSE header has about a hundred bytes. It is the only JSON that is parsed before the signature is checked.
LARGEST_HEADER = 683  # characters of base64url, for 512 bytes
# Case-insensitive (RFC 9110 §11.1), with one space and no other blank. All that follows belongs to the token: a
# second space, a comma and another value are letters that no strict base64url has.
SCHEME = b"bearer "


def bearer_token(headers: Sequence[HeaderLine], *, scheme_is_optional: bool = False) -> bytes:
    """The token as sent; raises `RejectedError` for none, for several, and for any other shape."""
    values = [value for name, value in headers if name.lower() == b"authorization"]
    if not any(value.strip() for value in values):
        raise RejectedError(Reason.NO_CREDENTIALS, "authorization_is_present")
    if len(values) > 1:
        raise RejectedError(Reason.MALFORMED_CREDENTIALS, "authorization_is_single")
    if len(values[0]) > LARGEST_CREDENTIALS:
        raise RejectedError(Reason.MALFORMED_CREDENTIALS, "credentials_are_bounded")
    if values[0][: len(SCHEME)].lower() != SCHEME:
        if scheme_is_optional:
            return values[0]
        raise RejectedError(Reason.MALFORMED_CREDENTIALS, "credentials_are_bearer")
    return values[0][len(SCHEME) :]
