"""Checks of the JOSE header, before its `kid` picks a key. Every check is a function of its own in `CHECKS`."""

import re
from collections.abc import Callable, Mapping

from ..reasons import Reason, UnacceptableError

type Header = Mapping[str, object]

# Parameters that bring a key along (jwk, jku, x5c, ...), that change what is signed or how it is packed (b64, zip,
# cty), or that belong to encryption. Cognito sends none; a verifier that follows one of them trusts the attacker.
_KEYS = ("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "url", "trust_chain", "svt", "ppt")
_PACKING = ("b64", "zip", "cty", "nonce")
_ENCRYPTION = ("enc", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c")
_FOREIGN = frozenset((*_KEYS, *_PACKING, *_ENCRYPTION))
_KEY_ID = re.compile(r"[\x21-\x7e]{1,256}")


def algorithm_is_rs256(header: Header) -> bool:
    """Exactly this one text: no `none`, no HMAC keyed by the public key (CVE-2024-33663, CVE-2026-85394), no rs256."""
    return header.get("alg") == "RS256"


def nothing_is_critical(header: Header) -> bool:
    """No extension is understood here, so `crit` may name none (RFC 7515 §4.1.11); an empty list is malformed."""
    return "crit" not in header


def no_foreign_parameter(header: Header) -> bool:
    """Neither keys nor encodings out of the token itself."""
    return _FOREIGN.isdisjoint(header)


def type_is_jwt(header: Header) -> bool:
    """Cognito states no `typ`; a stated one must say JWT, so that no other signed thing passes (RFC 8725 §3.11)."""
    return header.get("typ", "JWT") == "JWT"


def key_id_is_text(header: Header) -> bool:
    """Visible ASCII of bounded length: it is looked up in a mapping, never in a path or a query."""
    kid = header.get("kid")
    return type(kid) is str and _KEY_ID.fullmatch(kid) is not None


CHECKS: tuple[Callable[[Header], bool], ...] = (
    algorithm_is_rs256,
    nothing_is_critical,
    no_foreign_parameter,
    type_is_jwt,
    key_id_is_text,
)


def key_id(header: Header) -> str:
    """The `kid` of an acceptable header; raises `UnacceptableError` with the name of the check that failed."""
    for check in CHECKS:
        if not check(header):
            raise UnacceptableError(Reason.UNACCEPTABLE_HEADER, check.__name__)
    return str(header["kid"])
