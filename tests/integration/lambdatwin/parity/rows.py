"""Rows of the request table: one row a request, with the status that both runtimes must give.

Rows of a scenario run in order, on data that only this scenario writes. `{{name}}` in a path or body stands for what an
earlier row has remembered from its answer.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from src.lambdatwin.parity.fastapi_side.client import Client
from src.lambdatwin.parity.harness import Harness
from src.lambdatwin.parity.requests import Request

ADMIN = "admin"
USER = "user"
STRANGER = "99999999-9999-4999-8999-999999999999"
NOWHERE = "00000000-0000-4000-8000-000000000000"
_NOT_SENT: Any = object()


@dataclass(frozen=True, slots=True)
class Row:
    """`remember` maps a name to a function of the answer's JSON. `json` None is sent as `null`."""

    name: str
    status: int
    method: str
    path: str
    user: str | None = ADMIN
    json: Any = _NOT_SENT
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    remember: Mapping[str, Callable[[Any], str]] | None = None


type Scenario = Sequence[Row]


def strangers(method: str, path: str, **sent: Any) -> Iterator[Row]:
    """What every protected route answers to those who may not even ask."""
    row = Row("", 401, method, path, **sent)
    yield replace(row, name="missing token", user=None)
    yield replace(row, name="unknown user", user=STRANGER)
    yield replace(row, name="expired token", user=f"expired:{ADMIN}")


def refusals(method: str, path: str, **sent: Any) -> Iterator[Row]:
    """The same, and every other way to have no valid token: for one context they are enough."""
    yield from strangers(method, path, **sent)
    row = Row("", 401, method, path, **sent)
    yield replace(row, name="forged token", user=f"forged:{ADMIN}")
    yield replace(row, name="malformed token", user=f"malformed:{ADMIN}")
    for name, value in (("other scheme", "Basic YTpi"), ("empty header", ""), ("no token after Bearer", "Bearer ")):
        yield replace(row, name=name, user=None, headers=(*row.headers, ("Authorization", value)))


def no_json(method: str, path: str) -> Iterator[Row]:
    """What every route that reads JSON answers where there is none."""
    row = Row("", 422, method, path)
    yield replace(row, name="missing body")
    yield replace(row, name="invalid JSON", body=b"{", headers=(("Content-Type", "application/json"),))


def bad_bodies(method: str, path: str) -> Iterator[Row]:
    """The same, and other bodies that nobody should send: for one context they are enough."""
    yield from no_json(method, path)
    row = Row("", 422, method, path)
    bodies = {
        "JSON of another kind": b'"text"',
        "null": b"null",
        "not UTF-8": b"\xff\xfe",
        "NUL": b"\x00",
        "byte order mark": b"\xef\xbb\xbf{}",
        "deeply nested": b"[" * 5000 + b"]" * 5000,
        "NaN": b'{"name": NaN}',
    }
    for name, body in bodies.items():
        yield replace(row, name=name, body=body, headers=(("Content-Type", "application/json"),))


def run(both: Harness, scenario: str, rows: Scenario) -> list[str]:
    """What went wrong, row by row; empty when all answers are equal and have the stated status."""
    faults: list[str] = []
    remembered: dict[str, str] = {}
    with both.fastapi_side.client() as client:
        for number, row in enumerate(rows, start=1):
            faults += _faults(both, client, row, f"{scenario}-{number}", remembered)
    return faults


def _faults(both: Harness, client: Client, row: Row, request_id: str, remembered: dict[str, str]) -> list[str]:
    outcome = both.compare(_request(row, request_id, remembered), client)
    where = f"{request_id} {row.name}: {outcome.sent.method} {outcome.sent.target}"
    faults = [f"{where}: {difference}" for difference in outcome.differences]
    if outcome.in_lambda.status != row.status:
        faults.append(
            f"{where}: {outcome.in_lambda.status} in Lambda, expected {row.status}: {outcome.in_lambda.body!r}"
        )
    elif row.remember:
        answer = json.loads(outcome.in_lambda.body)
        remembered |= {name: pick(answer) for name, pick in row.remember.items()}
    return faults


def _request(row: Row, request_id: str, remembered: Mapping[str, str]) -> Request:
    headers, body = row.headers, row.body
    if b"{{" in body:
        body = _filled(body.decode(), remembered).encode()
    if row.json is not _NOT_SENT:
        headers += (("Content-Type", "application/json"),)
        body = _filled(json.dumps(row.json), remembered).encode()
    return Request(request_id, row.method, _filled(row.path, remembered), headers, body, row.user)


def _filled(text: str, remembered: Mapping[str, str]) -> str:
    for name, value in remembered.items():
        text = text.replace("{{" + name + "}}", value)
    return text
