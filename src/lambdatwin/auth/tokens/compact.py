"""A compact JWS (RFC 7515 §3.1) taken apart, before anything in it is believed."""

from functools import lru_cache
from typing import NamedTuple

from ..reasons import Reason, UnacceptableError
from . import base64url, jose_header
from .strict_json import parse_object

HEADER_DEPTH = 2
# A claim made by a pre-token-generation trigger may hold objects; nothing of Cognito's own is deeper than three.
PAYLOAD_DEPTH = 8


class UnverifiedToken(NamedTuple):
    """What a token says about its key, and the bytes that its signature must cover; its claims are still closed."""

    kid: str
    signed: bytes
    signature: bytes
    payload: bytes


def take_apart(token: bytes) -> UnverifiedToken:
    """Three canonical segments and a header that passes every check; raises `UnacceptableError` otherwise."""
    segments = token.split(b".")
    if len(segments) != 3:
        raise UnacceptableError(Reason.MALFORMED_JWT, "three_segments")
    try:
        kid = _key_id(segments[0])
        payload, signature = base64url.decode(segments[1]), base64url.decode(segments[2])
    except ValueError as error:
        raise UnacceptableError(Reason.MALFORMED_JWT, "segments_are_strict") from error
    return UnverifiedToken(kid, token[: token.rindex(b".")], signature, payload)


@lru_cache(maxsize=64)
def _key_id(segment: bytes) -> str:
    """Remembered, because all tokens of a key have the same header; a refusal is an exception, and never kept."""
    return jose_header.key_id(parse_object(base64url.decode(segment), depth=HEADER_DEPTH))


def open_claims(token: UnverifiedToken) -> dict[str, object]:
    """The claims; called once the signature holds, so that nobody else's JSON is parsed."""
    try:
        return parse_object(token.payload, depth=PAYLOAD_DEPTH)
    except ValueError as error:
        raise UnacceptableError(Reason.MALFORMED_JWT, "payload_is_strict") from error
