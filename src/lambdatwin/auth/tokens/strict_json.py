"""JSON objects out of hostile hands: one reading per text, bounded work, and only ValueError for all the rest.

The standard parser keeps the last of two equal keys, knows NaN and Infinity, reads 1e400 as infinity, lets lone
surrogates and NUL through, recurses as deep as it is told to and takes seconds for a number of a million digits. Each
of these made two programs read one signed text differently, or ended in something other than a refusal.
"""

import json
import re
from collections.abc import Iterator
from math import isfinite
from typing import NoReturn

LONGEST_NUMBER = 20
_BLANKS = " \t\n\r"  # those of RFC 8259 §2, and no other
# Possessive, and content with a text that never ends: otherwise `"\"\"\"...` is tried from each of its quotes, which
# takes the square of its length.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_UNFIT = re.compile("[\x00\ud800-\udfff]")


class NotStrictError(ValueError):
    """The text is JSON to some parser, but not to this one."""


def parse_object(raw: bytes, *, depth: int) -> dict[str, object]:
    """The object that `raw` spells, at most `depth` containers deep; raises ValueError (and nothing else) if none."""
    text = raw.decode("utf-8").strip(_BLANKS)
    if raw.count(b"{") + raw.count(b"[") > depth and _depth(raw) > depth:
        raise NotStrictError("too deep")
    value, end = _DECODER.raw_decode(text)
    if end != len(text) or type(value) is not dict:
        raise NotStrictError("not one object")
    if b"\\u" in raw and any(_UNFIT.search(part) for part in _strings(value)):
        raise NotStrictError("NUL or a lone surrogate")
    return value


def _depth(raw: bytes) -> int:
    deepest = level = 0
    for byte in _STRING.sub(b"", raw):
        if byte in b"{[":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"}]":
            level -= 1
    return deepest


def _strings(value: object) -> Iterator[str]:
    """Every text in a value whose depth is already bounded, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotStrictError("a key stands twice")
    return made


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise NotStrictError("a number too long")
    return int(digits)


def _fraction(digits: str) -> float:
    if len(digits) > LONGEST_NUMBER or not isfinite(number := float(digits)):
        raise NotStrictError("a number too long or too large")
    return number


def _constant(name: str) -> NoReturn:
    raise NotStrictError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)
