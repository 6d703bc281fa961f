"""Every route of this API with every kind of request, as each kind of API: both runtimes must answer alike."""

import logging
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from src.contexts.shared_kernel.logging import configure_logging
from src.lambdatwin.parity.api import Api, Cors, HeaderCase, Kind
from src.lambdatwin.parity.comparison import Verdict
from src.lambdatwin.parity.harness import Setup, harness
from src.lambdatwin.parity.lambda_side.router import Route
from src.lambdatwin.parity.requests import Request
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.parity.onboarding_rows import ENVIRONMENT
from tests.integration.lambdatwin.parity.rows import ADMIN, NOWHERE, STRANGER, USER
from tests.support import postgres

APIS = {
    "rest": Api(),
    "rest, every option": Api(Kind.REST, "live", {"a": "b"}, ("application/*",), HeaderCase.LOWER),
    "http-1.0": Api(Kind.HTTP_1, "live"),
    "http-2.0": Api(Kind.HTTP_2, cors=Cors(("https://app.example",), ("GET", "POST"))),
}
ORIGIN = ("Origin", "https://app.example")
JSON = ("Content-Type", "application/json")
USERS = (None, ADMIN, USER, STRANGER, f"expired:{ADMIN}", f"forged:{ADMIN}", f"malformed:{ADMIN}")


def _requests(number: int, route: Route) -> Iterator[Request]:
    path = re.sub(r"\{[^}]+\}", NOWHERE, route.resource)
    made = 0

    def request(
        method: str, target: str, headers: tuple[tuple[str, str], ...] = (), body: bytes = b"", user: str | None = ADMIN
    ) -> Request:
        nonlocal made
        made += 1
        return Request(f"r{number}-{made}", method, target, headers, body, user)

    for user in USERS:
        yield request(route.method, path, user=user)
    for target in (path + "/", "/" + path, path + "/more", path + "?limit=1&limit=2&unknown=x", path.upper()):
        yield request(route.method, target)
    for parameter in ("a%2Fb", "%C3%A9", "a+b", "..", "copy"):
        if "{" in route.resource:
            yield request(route.method, re.sub(r"\{[^}]+\}", parameter, route.resource))
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        if method != route.method:
            yield request(method, path)
    yield request("POST", path, (("X-HTTP-Method-Override", route.method),))
    yield request("OPTIONS", path, (ORIGIN,), user=None)
    yield request("OPTIONS", path, (ORIGIN, ("Access-Control-Request-Method", route.method)), user=None)
    yield request(route.method, path, (ORIGIN,))
    for body in (b"{}", b"{", b"null", b"\xff", b'{"name": "\xc3\xa9"}'):
        yield request(route.method, path, (JSON,), body)
    yield request(route.method, path, (("Content-Type", "application/x-www-form-urlencoded"),), b"a=b")
    yield request(route.method, path, (JSON,), b'"' + b"x" * 7_000_000 + b'"')
    for value in ("Basic YTpi", "Bearer ", ""):
        yield request(route.method, path, (("Authorization", value),), user=None)


@pytest.mark.parametrize("name", APIS)
def test_every_kind_of_request(
    name: str, project_routes: list[Route], postgres_server: str, seeded_template: str
) -> None:
    configure_logging(json_lines=True, level=logging.CRITICAL)
    faults: list[str] = []
    verdicts: Counter[Verdict] = Counter()
    with (
        postgres.clone(postgres_server, seeded_template) as in_lambda,
        postgres.clone(postgres_server, seeded_template) as in_fastapi,
        harness(
            Setup(MenuPlanning(), project_routes, in_lambda, in_fastapi, environment=ENVIRONMENT, api=APIS[name])
        ) as both,
    ):
        requests = [request for number, route in enumerate(project_routes) for request in _requests(number, route)]
        for seen in both.replay(requests):
            verdicts[seen.verdict] += 1
            faults += [f"{seen.sent.method} {seen.sent.target} {seen.sent.id}: {found}" for found in seen.differences]
    assert faults == []
    print(f"\nevery kind ({name}): {dict(verdicts)} of {len(project_routes)} routes")
    assert verdicts[Verdict.EQUAL] > 10 * len(project_routes)


def test_a_word_with_post_alone_is_anothers_parameter(
    project_routes: list[Route], postgres_server: str, seeded_template: str
) -> None:
    """`GET /recipes/copy` runs the handler of `GET /recipes/{id}` on both sides."""
    with (
        postgres.clone(postgres_server, seeded_template) as database,
        harness(Setup(MenuPlanning(), project_routes, database, database)) as both,
    ):
        copy, other = both.replay(
            [Request("word-1", "GET", "/recipes/copy", user=ADMIN), Request("word-2", "GET", "/recipes/x", user=ADMIN)]
        )
    assert [copy.equal, other.equal] == [True, True]
    assert copy.in_lambda.status == other.in_lambda.status != 403
    found = both.lambda_side.resources.find("GET", "/recipes/copy")
    assert (found and found[0].resource) == "/recipes/{id}"
