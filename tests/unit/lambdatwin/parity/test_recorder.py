"""Recorded lines can be replayed, and carry no secret."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.parity.record import recorded_line
from src.lambdatwin.parity.requests import Request, read_requests, request_of
from tests.support.people import PEOPLE

SECRETS = [
    ("Cookie", "session=SECRET"),
    ("X-API-Key", "SECRET"),
    ("Proxy-Authorization", "SECRET"),
    ("x-amz-security-token", "SECRET"),
]


def _line(target: str = "/products", headers: Sequence[tuple[str, str]] = (), body: bytes = b"") -> str:
    return recorded_line("r-1", "GET", target, headers, body, PEOPLE)


def _token_of(user_id: str) -> tuple[str, str]:
    claims = base64.urlsafe_b64encode(json.dumps({"sub": user_id}).encode()).decode()
    return "Authorization", f"Bearer SECRET.{claims}.SECRET"


def test_tokens_are_replaced_by_the_users_name() -> None:
    line = _line(headers=[*SECRETS, ("Accept", "x"), _token_of(PEOPLE["admin"])])
    assert "SECRET" not in line
    assert json.loads(line)["user"] == "admin"
    assert json.loads(line)["headers"] == [["accept", "x"]]
    assert json.loads(_line(headers=[_token_of("someone")]))["user"] == "someone"


@pytest.mark.parametrize("body", [b"", b'{"a": "\xc3\xa9"}', b"\xff\x00"])
def test_a_recorded_request_is_read_again(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "recorded.jsonl"
    headers = [("Content-Type", "x/y"), ("content-length", "3"), ("Host", "a"), ("accept", "1"), ("accept", "2")]
    path.write_text(_line("/products?a=%7C&b=\u00c3\u00a9", headers, body) + "\n")
    kept = (("content-type", "x/y"), ("accept", "1"), ("accept", "2"))
    assert read_requests(path) == [Request("r-1", "GET", "/products?a=%7C&b=%C3%A9", kept, body)]


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_any_request_gives_a_line_that_is_read_again(target: bytes, body: bytes) -> None:
    line = _line(f"/{target.decode('latin-1')}", body=body)
    assert "\n" not in line
    assert request_of(json.loads(line), "x").body == body
