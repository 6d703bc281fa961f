"""Base64url and JSON: one spelling, one reading, ValueError for all else."""

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.auth.token import base64url_decode, base64url_encode, parse_object

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
_SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | _TEXTS
_OBJECTS = st.dictionaries(
    _TEXTS,
    st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=6),
    max_size=6,
)


@given(st.binary(min_size=1, max_size=300))
def test_base64url_reads_what_it_writes(raw: bytes) -> None:
    text = base64url_encode(raw)
    assert base64url_decode(text) == raw
    assert base64.urlsafe_b64encode(raw).rstrip(b"=") == text


@given(st.binary(max_size=24) | st.lists(st.sampled_from(list(_LETTERS)), max_size=24).map(bytes))
def test_every_base64url_text_that_is_read_is_the_canonical_one(text: bytes) -> None:
    try:
        raw = base64url_decode(text)
    except ValueError:
        return
    assert base64url_encode(raw) == text


@pytest.mark.parametrize("text", [b"A", b"AAAAA", b"AA==", b"AB", b"AAB", b"A+AA", b"A/AA", b"A AA", b"AA\n", b"=AAA"])
def test_other_spellings_are_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        base64url_decode(text)


@given(_OBJECTS)
def test_json_objects_are_read_as_they_were_written(value: dict[str, object]) -> None:
    for ascii_only in (True, False):
        assert parse_object(json.dumps(value, ensure_ascii=ascii_only).encode(), depth=40) == value


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_bytes_are_an_object_or_a_value_error(raw: bytes) -> None:
    try:
        value = parse_object(raw, depth=4)
    except ValueError:
        return
    assert json.loads(raw) == value


@pytest.mark.parametrize("depth", [1, 2, 8])
def test_depth_is_counted_outside_of_texts(depth: int) -> None:
    at_most = b'{"a":' * (depth - 1) + b'{"b":"]}[{{{{{{{{{{\\"{{{"}' + b"}" * (depth - 1)
    assert parse_object(at_most, depth=depth)
    with pytest.raises(ValueError, match="deep"):
        parse_object(b'{"a":' + at_most + b"}", depth=depth)


@pytest.mark.parametrize(
    "raw",
    [
        b"[[[[[[[[[[" + b'"\\' * 2800,
        b'[[[[[[[[[["' + b'\\"' * 2800,
        b'[[[[[[[[[["' + b'\\"' * 2800 + b"\\",
        b"[" * 8000,
        b'{"a":' * 1600,
        b'{"a":' + b"9" * 8000 + b"}",
        b'{"' + b"\\u0041" * 1300 + b'":1}',
        b'"' * 8000,
    ],
)
def test_work_is_bounded(raw: bytes) -> None:
    started = time.thread_time()
    with pytest.raises(ValueError, match=r".+"):
        parse_object(raw + b"!", depth=8)
    assert time.thread_time() - started < 0.05
