"""Tokens that are no compact JWS, or one in a second spelling."""

import base64
import json
from collections.abc import Callable

from tests.unit.lambdatwin.auth.corpus.world import (
    ACCESS_KID,
    Item,
    access_claims,
    b64,
    header,
    seal,
    sent,
    sign,
    to_json,
    token,
)

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _next_letter(text: bytes) -> bytes:
    """The same bytes under a second spelling: only bits that belong to no byte differ."""
    return text[:-1] + bytes([_LETTERS[_LETTERS.index(text[-1]) + 1]])


def _segments(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[], bytes]:
    return lambda: b".".join(change(token().split(b".")))


def _resigned(change: Callable[[bytes, bytes], tuple[bytes, bytes]]) -> Callable[[], bytes]:
    """Segments changed first and signed then: the signature holds, the spelling is wrong."""

    def make() -> bytes:
        signed = b".".join(change(b64(to_json(header())), b64(to_json(access_claims()))))
        return signed + b"." + b64(sign(signed))

    return make


def _odd(change: Callable[[bytes], bytes], where: int) -> Callable[[], bytes]:
    """A resigned token one of whose first segments ends within a byte, changed."""

    def make() -> bytes:
        raws = [to_json(header()), to_json(access_claims())]
        while len(raws[where]) % 3 == 0:
            raws[where] = raws[where][:-1] + b" }"
        texts = [b64(raw) for raw in raws]
        texts[where] = change(texts[where])
        signed = b".".join(texts)
        return signed + b"." + b64(sign(signed))

    return make


def _padded(text: bytes) -> bytes:
    return text + b"=" * (-len(text) % 4)


_CASES: dict[str, Callable[[], bytes]] = {
    "two segments": _segments(lambda s: s[:2]),
    "one segment": _segments(lambda s: s[:1]),
    "four segments": _segments(lambda s: [*s, s[2]]),
    "five segments, as JWE": _segments(lambda s: [*s, s[1], s[2]]),
    "leading dot": _segments(lambda s: [b"", *s]),
    "trailing dot": _segments(lambda s: [*s, b""]),
    "double dot": _segments(lambda s: [s[0], b"", s[1], s[2]]),
    "empty header": _segments(lambda s: [b"", s[1], s[2]]),
    "empty payload": _segments(lambda s: [s[0], b"", s[2]]),
    "empty signature": _segments(lambda s: [s[0], s[1], b""]),
    "segments swapped": _segments(lambda s: [s[1], s[0], s[2]]),
    "signature first": _segments(lambda s: [s[2], s[0], s[1]]),
    "signature padded": _segments(lambda s: [s[0], s[1], _padded(s[2])]),
    "signature padded in excess": _segments(lambda s: [s[0], s[1], s[2] + b"===="]),
    "signature with unused bits set": _segments(lambda s: [s[0], s[1], _next_letter(s[2])]),
    "signature with trailing garbage": _segments(lambda s: [s[0], s[1], s[2] + b"!!!!"]),
    "signature one letter longer": _segments(lambda s: [s[0], s[1], s[2] + b"A"]),
    "signature four letters longer": _segments(lambda s: [s[0], s[1], s[2] + b"AAAA"]),
    "signature one letter shorter": _segments(lambda s: [s[0], s[1], s[2][:-1]]),
    "signature cut in half": _segments(lambda s: [s[0], s[1], s[2][:171]]),
    "signature in standard base64": _segments(lambda s: [s[0], s[1], s[2].replace(b"-", b"+").replace(b"_", b"/")]),
    "signature in hexadecimal": _segments(
        lambda s: [s[0], s[1], base64.urlsafe_b64decode(_padded(s[2])).hex().encode()]
    ),
    "signature as zeros": _segments(lambda s: [s[0], s[1], b64(bytes(256))]),
    "blank in the signature": _segments(lambda s: [s[0], s[1], s[2][:9] + b" " + s[2][9:]]),
    "line feed in the payload": _segments(lambda s: [s[0], s[1][:9] + b"\n" + s[1][9:], s[2]]),
    "line feed at the end of the header": _segments(lambda s: [s[0] + b"\n", s[1], s[2]]),
    "tab in the header": _segments(lambda s: [s[0][:4] + b"\t" + s[0][4:], s[1], s[2]]),
    "percent sign in the header": _segments(lambda s: [s[0][:4] + b"%" + s[0][4:], s[1], s[2]]),
    "length of no whole byte": _segments(lambda s: [s[0], s[1], b"A" * 341]),
    "header padded and signed": _odd(_padded, 0),
    "payload padded and signed": _odd(_padded, 1),
    "header with unused bits set and signed": _odd(_next_letter, 0),
    "payload with unused bits set and signed": _odd(_next_letter, 1),
    "header with a stray letter and signed": _odd(lambda text: _round(text) + b"A", 0),
    "payload with a line feed and signed": _resigned(lambda h, p: (h, p[:8] + b"\n" + p[8:])),
    "payload with a blank and signed": _resigned(lambda h, p: (h, p + b" ")),
    "payload with garbage and signed": _resigned(lambda h, p: (h, p[:8] + b"!*" + p[8:])),
    "a dot in the payload and signed": _resigned(lambda h, p: (h, p[:8] + b"." + p[8:])),
    "payload twice and signed": _resigned(lambda h, p: (h, p + b"." + p)),
    "empty payload and signed": _resigned(lambda h, p: (h, b"")),
    "plain JSON payload and signed": _resigned(lambda h, p: (h, to_json(access_claims()))),
    "JWS in JSON form": lambda: b64(to_json({"payload": "e30", "protected": "e30", "signature": "AA"})),
    "JWE": lambda: b".".join(
        [b64(to_json({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": ACCESS_KID})), *[b64(b"x" * 32)] * 4]
    ),
    "nested JWT": lambda: seal(to_json(header(cty="JWT")), token()),
    "nested JWT without cty": lambda: seal(to_json(header()), token()),
    "payload a JSON text of the claims": lambda: seal(to_json(header()), to_json(json.dumps(access_claims()))),
}


def _round(text: bytes) -> bytes:
    """As many letters as make whole groups of four, so that one more spells no byte."""
    return text + b"A" * (-len(text) % 4)


def items() -> list[Item]:
    """One item per case."""
    return [sent(f"encoding: {name}", make) for name, make in _CASES.items()]
