"""What an event says about the way of its request."""

from datetime import UTC, datetime

import pytest

from src.lambdatwin.gateway.event_parts import Invocation, Route, Stage
from src.lambdatwin.gateway.events import rest_event
from src.lambdatwin.gateway.http import HeaderLine, RawRequest

NOW = datetime(2026, 11, 2, 8, 5, 9, tzinfo=UTC)
type Lines = tuple[HeaderLine, ...]


@pytest.mark.parametrize(
    ("scheme", "headers", "expected"),
    [
        ("http", (), ("10.0.0.7", "80", "http")),
        ("https", ((b"host", b"api.test"),), ("10.0.0.7", "443", "https")),
        ("http", ((b"host", b"api.test:8000"),), ("10.0.0.7", "8000", "http")),
        ("https", ((b"host", b"[::1]"),), ("10.0.0.7", "443", "https")),
        ("http", ((b"x-forwarded-proto", b"https"), (b"x-forwarded-port", b"1")), ("10.0.0.7", "80", "http")),
        ("http", ((b"x-forwarded-for", b"1.1.1.1"),), ("1.1.1.1, 10.0.0.7", "80", "http")),
        (
            "http",
            ((b"x-forwarded-for", b"1.1.1.1,2.2.2.2"), (b"x-forwarded-for", b"3.3.3.3")),
            ("1.1.1.1, 2.2.2.2, 3.3.3.3, 10.0.0.7", "80", "http"),
        ),
        ("http", ((b"x-forwarded-for", b"1.1.1.1, 10.0.0.7, 9.9.9.9"),), ("1.1.1.1, 10.0.0.7", "80", "http")),
    ],
)
def test_the_gateway_says_where_a_request_came_from(scheme: str, headers: Lines, expected: tuple[str, ...]) -> None:
    request = RawRequest("GET", b"/", b"", headers, b"", "10.0.0.7", "HTTP/1.1", scheme)
    event = rest_event(request, Invocation(Route("GET", "/"), {}, "r-1", NOW), Stage("prod"))
    names = ("X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto")
    assert tuple(event["headers"][name] for name in names) == expected
    assert [event["multiValueHeaders"][name] for name in names] == [[value] for value in expected]
