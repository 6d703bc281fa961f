"""Signed tokens whose header or payload is JSON that two parsers read differently, or that no parser should try."""

from collections.abc import Callable
from functools import partial

from tests.unit.lambdatwin.auth.corpus.world import ACCESS_KID, Item, access_claims, header, seal, sent, to_json

_HEADER = b'{"kid":"' + ACCESS_KID.encode() + b'","alg":"RS256"%s}'


def _payload(extra: bytes) -> bytes:
    return to_json(access_claims())[:-1] + extra + b"}"


def _nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


_TAILS: dict[str, bytes] = {
    "NaN": b',"x":NaN',
    "Infinity": b',"x":Infinity',
    "minus Infinity": b',"x":-Infinity',
    "1e400": b',"x":1e400',
    "number of 5 000 digits": b',"x":' + b"9" * 4000,
    "number of 26 digits": b',"x":' + b"9" * 26,
    "fraction of 3 000 digits": b',"x":0.' + b"1" * 3000,
    "leading zero": b',"x":01',
    "plus sign": b',"x":+1',
    "hexadecimal": b',"x":0x10',
    "underscore in a number": b',"x":1_0',
    "trailing comma": b",",
    "comment": b'/* */,"x":1',
    "single quotes": b",'x':1",
    "bare word": b",x:1",
    "upper-case True": b',"x":True',
    "raw NUL": b',"x":"\x00"',
    "raw line feed": b',"x":"\n"',
    "escaped NUL": b',"x":"\\u0000"',
    "escaped NUL in a key": b',"x\\u0000":1',
    "lone high surrogate": b',"x":"\\ud800"',
    "lone low surrogate": b',"x":"\\udc00"',
    "lone surrogate in a key": b',"\\ud83d":1',
    "lone surrogate inside a list": b',"x":["\\udfff"]',
    "lone surrogate inside an object": b',"x":{"y":"\\uDFFF"}',
    "surrogate in CESU-8": b',"x":"\xed\xa0\x80"',
    "overlong slash": b',"x":"\xc0\xaf"',
    "overlong NUL": b',"x":"\xc0\x80"',
    "Latin-1 byte": b',"x":"\xe9"',
    "beyond Unicode": b',"x":"\xf4\x90\x80\x80"',
    "bad escape": b',"x":"\\x41"',
    "short unicode escape": b',"x":"\\u12"',
    "escaped quotes without an end": b',"x":[[[[[[[[["' + b'\\"' * 2400,
    "quotes and backslashes": b',"x":[[[[[[[[[' + b'"\\' * 2400,
    "depth 20": b',"x":' + _nested(20),
    "depth 1 500": b',"x":' + _nested(1500),
    "depth 2 500 unclosed": b',"x":' + b"[" * 2500,
    "objects 500 deep": b',"x":' + b'{"a":' * 400 + b"1" + b"}" * 400,
    "brackets hidden by a string": b',"y":"]]]]]]]]]]]]","x":' + _nested(9),
}

_HEADER_TAILS: dict[str, bytes] = {
    "duplicate alg, none first": b',"alg":"RS256"',
    "duplicate kid": b',"kid":"' + ACCESS_KID.encode() + b'"',
    "duplicate alg by unicode escape": b',"\\u0061lg":"RS256"',
    "duplicate foreign key": b',"x":1,"x":2',
    "object in a list in an object": b',"x":{"y":[1]}',
    "a parameter of 600 bytes": b',"x":"' + b"y" * 600 + b'"',
}

_PAYLOAD_DUPLICATES: dict[str, bytes] = {
    "duplicate sub": b',"sub":"11111111-1111-4111-8111-111111111111"',
    "duplicate exp": b',"exp":9999999999',
    "duplicate token_use": b',"token_use":"access"',
    "duplicate by unicode escape": b',"\\u0073ub":"11111111-1111-4111-8111-111111111111"',
    "duplicate inside an object": b',"x":{"a":1,"a":2}',
    "duplicate inside a list": b',"x":[{"a":1,"a":2}]',
}

_WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda text: b"",
    "blank": lambda text: b"  ",
    "null": lambda text: b"null",
    "true": lambda text: b"true",
    "number": lambda text: b"12",
    "text": lambda text: b'"RS256"',
    "list": lambda text: b"[" + text + b"]",
    "empty object": lambda text: b"{}",
    "cut short": lambda text: text[:-1],
    "twice": lambda text: text + text,
    "trailing word": lambda text: text + b" x",
    "trailing NUL": lambda text: text + b"\x00",
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.decode().encode("utf-16-le"),
    "UTF-32": lambda text: text.decode().encode("utf-32"),
    "bytes of no text": lambda text: bytes(range(128, 256)),
    "one brace": lambda text: b"{",
    "2 000 braces": lambda text: b"{" * 2000,
    "3 000 brackets": lambda text: b"[" * 3000,
    "2 000 keys, nested": lambda text: b'{"a":' * 700 + b"1",
    "XML": lambda text: b"<a/>",
    "pickle": lambda text: b"\x80\x04cos\nsystem\n.",
}


def _payload_with(tail: bytes) -> bytes:
    return seal(to_json(header()), _payload(tail))


def _header_with(tail: bytes) -> bytes:
    return seal(_HEADER % tail, to_json(access_claims()))


def _whole_payload(change: Callable[[bytes], bytes]) -> bytes:
    return seal(to_json(header()), change(to_json(access_claims())))


def _whole_header(change: Callable[[bytes], bytes]) -> bytes:
    return seal(change(to_json(header())), to_json(access_claims()))


def items() -> list[Item]:
    """All of them bear a signature of the issuer's own key, so that only the text can be the reason."""
    payloads, headers = _TAILS | _PAYLOAD_DUPLICATES, _TAILS | _HEADER_TAILS
    made = [sent(f"payload JSON: {name}", partial(_payload_with, tail)) for name, tail in payloads.items()]
    made += [sent(f"header JSON: {name}", partial(_header_with, tail)) for name, tail in headers.items()]
    for name, change in _WHOLE.items():
        made.append(sent(f"payload JSON whole: {name}", partial(_whole_payload, change)))
        made.append(sent(f"header JSON whole: {name}", partial(_whole_header, change)))
    return made
