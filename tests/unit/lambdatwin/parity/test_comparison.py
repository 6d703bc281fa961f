"""What counts as a difference."""

import pytest

from src.lambdatwin.parity.comparison import Verdict, compared
from src.lambdatwin.parity.wire import Answer, Sent

SENT = Sent("r-1", "GET", "/products", (), b"")
BASE = Answer(200, (("content-type", "application/json"), ("x-a", "1"), ("x-a", "2")), b'{"a": 1}')


def _differences(actual: Answer, expected: Answer = BASE) -> tuple[str, ...]:
    return compared(SENT, expected, actual).differences


@pytest.mark.parametrize("name", ["content-length", "date", "server", "x-request-id"])
def test_the_runtime_may_add_what_is_its_own(name: str) -> None:
    assert compared(SENT, BASE, Answer(200, (*BASE.headers, (name, "x")), BASE.body)).equal


def test_a_challenge_may_be_added_to_a_401_only() -> None:
    challenge = (("www-authenticate", "Bearer"),)
    assert not _differences(Answer(401, challenge, b""), Answer(401, (), b""))
    assert _differences(Answer(403, challenge, b""), Answer(403, (), b""))


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        (Answer(201, BASE.headers, BASE.body), "status: 200 in Lambda, 201 in FastAPI"),
        (Answer(200, BASE.headers, b'{"a": 2}'), "body: byte 6 differs"),
        (Answer(200, BASE.headers, b'{"a": 1} '), "body: byte 8 differs"),
        (Answer(200, BASE.headers, b""), "body: byte 0 differs"),
        (Answer(200, BASE.headers[:2], BASE.body), "header x-a: '1' and '2' in Lambda, '1' in FastAPI"),
        (Answer(200, (BASE.headers[0], *reversed(BASE.headers[1:])), BASE.body), "header x-a"),
        (Answer(200, (("content-type", "text/html"), *BASE.headers[1:]), BASE.body), "header content-type"),
        (
            Answer(200, (*BASE.headers, ("x-extra", "1")), BASE.body),
            "header x-extra: nothing in Lambda, '1' in FastAPI",
        ),
        (Answer(200, (*BASE.headers, ("access-control-allow-origin", "*")), BASE.body), "header access-control"),
    ],
)
def test_any_other_difference_is_one(actual: Answer, words: str) -> None:
    (difference,) = _differences(actual)
    assert words in difference


def test_the_order_of_different_headers_does_not_matter() -> None:
    assert not _differences(
        Answer(200, tuple(sorted(BASE.headers, reverse=True))[::-1][1:] + BASE.headers[:1], BASE.body)
    )


def test_a_handlers_own_request_id_must_still_be_there() -> None:
    expected = Answer(200, (("x-request-id", "mine"),), b"")
    assert not _differences(Answer(200, (("x-request-id", "mine"), ("x-request-id", "r-1")), b""), expected)
    assert _differences(Answer(200, (("x-request-id", "r-1"),), b""), expected)


_ID, _OTHER_ID = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.mark.parametrize(
    ("in_lambda", "in_fastapi"),
    [
        (f'{{"id": "{_ID}"}}', f'{{"id": "{_OTHER_ID}"}}'),
        (_ID.replace("-", ""), _OTHER_ID.replace("-", "")),
        ("at 2026-01-02T03:04:05.678901+00:00", "at 2026-01-02T03:04:06Z"),
        ("Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:04:09 GMT"),
        ('{"at": 1767323045.25, "ms": 1767323045250}', '{"at": 1767323046.5, "ms": 1767323046500}'),
    ],
)
def test_ids_and_times_of_the_backends_own_are_not_compared(in_lambda: str, in_fastapi: str) -> None:
    expected, actual = (Answer(200, (("location", text),), text.encode()) for text in (in_lambda, in_fastapi))
    assert len(compared(SENT, expected, actual).differences) == 2
    seen = compared(SENT, expected, actual, known_sources=False)
    assert (seen.verdict, seen.differences) == (Verdict.UNDECIDED, ())
    assert [item.part for item in seen.undecided] == ["location", "body"]


@pytest.mark.parametrize(
    ("in_lambda", "in_fastapi"),
    [
        (f'{{"id": "{_ID}", "total": 5}}', f'{{"id": "{_OTHER_ID}", "total": 6}}'),
        (f'{{"id": "{_ID}"}}', '{"id": null}'),
        ('{"number": 1234}', '{"number": 1235}'),
        ('{"day": "2026-01-02"}', '{"day": "2026-01-03"}'),
    ],
)
def test_every_other_value_still_is(in_lambda: str, in_fastapi: str) -> None:
    expected, actual = (Answer(200, (), text.encode()) for text in (in_lambda, in_fastapi))
    seen = compared(SENT, expected, actual, known_sources=False)
    assert (seen.verdict, len(seen.differences)) == (Verdict.DIFFERENT, 1)
