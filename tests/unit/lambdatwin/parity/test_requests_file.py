"""Requests files: what they may say, and what is said of a bad one."""

from pathlib import Path

import pytest

from src.lambdatwin.parity.requests import BadRequestsFile, Request, read_requests


def _file(folder: Path, *lines: str) -> Path:
    path = folder / "requests.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_every_kind_of_request_is_read(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        '{"method": "GET", "path": "/a?b=%7C", "user": "admin"}',
        "",
        '{"id": "x-1", "method": "POST", "path": "/a", "headers": [["A", "1"], ["A", "2"]], "body": "caf\u00e9"}',
        '{"method": "PUT", "path": "/a", "headers": {"content-type": "x"}, "json": {"a": null}}',
        '{"method": "PUT", "path": "/a", "json": null}',
        '{"method": "PUT", "path": "/a", "headers": {"Content-Length": "5"}, "body": "caf\u00e9"}',
        '{"method": "GET", "path": "/a", "headers": {"Content-Length": "0", "X-A": "\u00e9"}}',
        '{"method": "PUT", "path": "/a", "body_base64": "/w=="}',
    )
    assert read_requests(path) == [
        Request("line-1", "GET", "/a?b=%7C", user="admin"),
        Request("x-1", "POST", "/a", (("A", "1"), ("A", "2")), "caf\u00e9".encode()),
        Request("line-4", "PUT", "/a", (("content-type", "x"),), b'{"a": null}'),
        Request("line-5", "PUT", "/a", (("Content-Type", "application/json"),), b"null"),
        Request("line-6", "PUT", "/a", (("Content-Length", "5"),), "caf\u00e9".encode()),
        Request("line-7", "GET", "/a", (("Content-Length", "0"), ("X-A", "\u00e9"))),
        Request("line-8", "PUT", "/a", (), b"\xff"),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "Expecting property name"),
        ("[]", "a request is a JSON object"),
        ('{"path": "/"}', "method is missing"),
        ('{"method": "GE T", "path": "/"}', "method is missing or has characters"),
        ('{"method": "GET"}', "path must be text"),
        ('{"method": "GET", "path": "products"}', "starts with a slash"),
        ('{"method": "GET", "path": "/a b"}', "percent-encoded"),
        ('{"method": "GET", "path": "/\u00e9"}', "percent-encoded"),
        ('{"method": "GET", "path": "/a\\r\\nX: 1"}', "percent-encoded"),
        ('{"method": "GET", "path": "/", "verb": 1}', "unknown key 'verb'"),
        ('{"method": "GET", "path": "/", "headers": "A"}', "headers must be"),
        ('{"method": "GET", "path": "/", "headers": {"A": 1}}', "a pair of texts"),
        ('{"method": "GET", "path": "/", "headers": {"A": "b\\r\\nC: d"}}', "can't be sent"),
        (
            '{"method": "GET", "path": "/", "headers": {"X-A": "\u4f60"}}',
            "'X-A' can't be sent as a header: it has letters outside Latin-1; percent-encode them",
        ),
        (
            '{"method": "POST", "path": "/", "headers": {"transfer-Encoding": "chunked"}, "body": "a"}',
            "'transfer-Encoding' can't be sent as a header: the body is sent whole; leave it out",
        ),
        (
            '{"method": "GET", "path": "/", "headers": {"Content-Length": "5"}}',
            "'Content-Length' can't be sent as a header: the body has 0 bytes; leave it out",
        ),
        ('{"method": "GET", "path": "/", "headers": {"content-length": "+1"}, "body": "a"}', "the body has 1 bytes"),
        ('{"method": "GET", "path": "/", "headers": {"content-length": "1, 1"}, "body": "a"}', "the body has 1 bytes"),
        (
            '{"method": "GET", "path": "/", "headers": [["Content-Length", "1"], ["content-length", ""]], "body": "a"}',
            "the body has 1 bytes",
        ),
        ('{"method": "GET", "path": "/", "body": 1}', "body must be text"),
        ('{"method": "GET", "path": "/", "body": "a", "json": 1}', "can't stand together"),
        ('{"method": "GET", "path": "/", "body_base64": "%"}', "no Base64"),
        ('{"method": "GET", "path": "/", "user": 1}', "user must be text"),
        ('{"id": "", "method": "GET", "path": "/"}', "id is missing"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = _file(tmp_path, '{"method": "GET", "path": "/"}', line)
    with pytest.raises(BadRequestsFile) as raised:
        read_requests(path)
    assert str(raised.value).startswith(f"{path}:2: ")
    assert words in str(raised.value)


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    twice = '{"id": "a", "method": "GET", "path": "/"}'
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    for path, words in [
        (tmp_path / "missing.jsonl", "No such file"),
        (tmp_path, "Is a directory"),
        (binary, "not a text file"),
        (_file(tmp_path, twice, twice), "two requests have the id a"),
    ]:
        with pytest.raises(BadRequestsFile, match=words):
            read_requests(path)
    with pytest.raises(BadRequestsFile, match="no request in it"):
        read_requests(_file(tmp_path, "", ""))
