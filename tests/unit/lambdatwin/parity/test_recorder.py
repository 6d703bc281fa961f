"""Recorded lines can be replayed, and carry no secret."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.parity.record import recorded_line
from src.lambdatwin.parity.requests import Request, read_requests, request_of
from tests.support.people import PEOPLE

SECRETS = [
    (b"authorization", b"Bearer SECRET"),
    (b"cookie", b"session=SECRET"),
    (b"x-api-key", b"SECRET"),
    (b"proxy-authorization", b"SECRET"),
    (b"x-amz-security-token", b"SECRET"),
]


def _line(**changes: Any) -> str:
    fields: dict[str, Any] = {
        "request_id": "r-1",
        "method": "GET",
        "raw_path": b"/products",
        "query": b"",
        "headers": (),
        "body": b"",
        "user_id": None,
        "people": PEOPLE,
    }
    return recorded_line(**(fields | changes))


def test_tokens_are_replaced_by_the_users_name() -> None:
    line = _line(headers=[*SECRETS, (b"accept", b"x")], user_id=PEOPLE["admin"])
    assert "SECRET" not in line
    assert json.loads(line)["user"] == "admin"
    assert json.loads(line)["headers"] == [["accept", "x"]]
    assert json.loads(_line(user_id="someone"))["user"] == "someone"


@pytest.mark.parametrize("body", [b"", b'{"a": "\xc3\xa9"}', b"\xff\x00"])
def test_a_recorded_request_is_read_again(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "recorded.jsonl"
    headers = [
        (b"content-type", b"x/y"),
        (b"content-length", b"3"),
        (b"host", b"a"),
        (b"accept", b"1"),
        (b"accept", b"2"),
    ]
    path.write_text(_line(query=b"a=%7C&b=\xc3\xa9", headers=headers, body=body) + "\n")
    kept = (("content-type", "x/y"), ("accept", "1"), ("accept", "2"))
    assert read_requests(path) == [Request("r-1", "GET", "/products?a=%7C&b=%C3%A9", kept, body)]


@given(st.binary(max_size=10), st.binary(max_size=10), st.binary(max_size=20))
def test_any_request_gives_a_line_that_is_read_again(path: bytes, query: bytes, body: bytes) -> None:
    line = _line(raw_path=b"/" + path, query=query, body=body)
    assert "\n" not in line
    assert request_of(json.loads(line), "x").body == body
