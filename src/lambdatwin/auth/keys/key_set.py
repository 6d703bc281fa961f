"""A JWKS document (RFC 7517 §5) as the keys that may be used, by `kid`."""

from collections.abc import Mapping

from ..tokens.strict_json import parse_object
from .signature import PublicKey, public_key

type KeySet = Mapping[str, PublicKey]

_DEPTH = 5
_MOST_KEYS = 64


class BadKeySetError(ValueError):
    """The document is no JWKS, or holds no key that may be used."""


def parse_key_set(document: bytes, before: KeySet) -> dict[str, PublicKey]:
    """The usable keys; keys that stood in `before` unchanged are the same objects. Raises `BadKeySetError` for none.

    Keys of other kinds are passed over, as RFC 7517 wants. A `kid` that two different keys claim names neither.
    """
    try:
        entries = parse_object(document, depth=_DEPTH).get("keys")
    except ValueError as error:
        raise BadKeySetError("not a strict JSON object") from error
    if not isinstance(entries, list) or len(entries) > _MOST_KEYS:
        raise BadKeySetError("no list of keys, or too many")
    found: dict[str, list[PublicKey]] = {}
    for entry in entries:
        _collect(entry, found)
    keys = {kid: claimed[0] for kid, claimed in found.items() if len({key.identity for key in claimed}) == 1}
    if not keys:
        raise BadKeySetError("no key that may be used")
    return {kid: _same(key, before.get(kid)) for kid, key in keys.items()}


def _collect(entry: object, found: dict[str, list[PublicKey]]) -> None:
    if not isinstance(entry, dict) or not isinstance(kid := entry.get("kid"), str) or not kid:
        return
    key = public_key(entry)
    if key is not None:
        found.setdefault(kid, []).append(key)


def _same(key: PublicKey, before: PublicKey | None) -> PublicKey:
    return before if before is not None and before.identity == key.identity else key
