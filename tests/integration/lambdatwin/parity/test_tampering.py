"""The harness turns red: each change of an answer behind FastAPI's back is found, and named."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from src.lambdatwin.parity.harness import Harness, Setup
from src.lambdatwin.parity.lambda_side.router import Resources, Route
from src.lambdatwin.parity.requests import Request
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.parity.forked import harness
from tests.support import postgres


@pytest.fixture(scope="module")
def tampered(project_routes: list[Route], postgres_server: str, seeded_template: str) -> Iterator[Harness]:
    with postgres.clone(postgres_server, seeded_template) as database:
        setup = Setup(
            MenuPlanning(),
            project_routes,
            database,
            database,
            wrap="tests.integration.lambdatwin.parity.tampering:tampered",
        )
        with harness(setup) as both:
            yield both


@pytest.mark.parametrize(
    ("way", "found"),
    [
        ("one_byte", "body: byte"),
        ("one_byte_more", "body: byte"),
        ("one_header", "header x-frame-options: 'DENY' in Lambda, nothing in FastAPI"),
        ("one_header_changed", "header x-frame-options: 'DENY' in Lambda, 'deny' in FastAPI"),
        ("one_header_more", "header x-powered-by: nothing in Lambda, 'magic' in FastAPI"),
        ("another_status", "status: 200 in Lambda, 201 in FastAPI"),
    ],
)
def test_a_change_is_found(tampered: Harness, way: str, found: str) -> None:
    request = Request(f"{way}-1", "GET", "/products?limit=1", (("X-Tamper", way),), user="admin")
    ((difference,),) = [seen.differences for seen in tampered.replay([request])]
    assert difference.startswith(found)


def test_nothing_is_found_where_nothing_changed(tampered: Harness) -> None:
    (seen,) = tampered.replay([Request("plain-1", "GET", "/products?limit=1", user="admin")])
    assert seen.equal


class _GetMeansHead(Resources):
    def find(self, method: str, path: str) -> Any:
        return super().find("GET" if method == "HEAD" else method, path)


class _CaseIsIgnored(Resources):
    def find(self, method: str, path: str) -> Any:
        return super().find(method, path.lower())


class _EncodedSlashesSeparate(Resources):
    def find(self, method: str, path: str) -> Any:
        return super().find(method, path.replace("%2F", "/"))


@pytest.mark.parametrize(
    ("rule", "method", "path"),
    [
        ("get_means_head", "HEAD", "/products"),
        ("case_is_ignored", "GET", "/Products"),
        ("encoded_slashes_separate", "GET", "/products%2Fsearch%2Fx"),
        ("path_alone_decides", "GET", "/recipes/copy"),
    ],
)
def test_a_wrong_rule_of_routing_in_the_runtime_is_found(tampered: Harness, rule: str, method: str, path: str) -> None:
    honest, planted = Request(f"{rule}-1", method, path), Request(f"{rule}-2", method, path, (("X-Tamper", rule),))
    before, after = tampered.replay([replace(honest, user="admin"), replace(planted, user="admin")])
    assert before.equal
    assert any(difference.startswith("status: ") for difference in after.differences)


class _PathAloneDecides(Resources):
    def find(self, method: str, path: str) -> Any:
        return None if path == "/recipes/copy" and method != "POST" else super().find(method, path)


@pytest.mark.parametrize(
    ("wrong", "method", "path"),
    [
        (_GetMeansHead, "HEAD", "/products"),
        (_CaseIsIgnored, "GET", "/Products"),
        (_EncodedSlashesSeparate, "GET", "/products%2Fsearch%2Fx"),
        (_PathAloneDecides, "GET", "/recipes/copy"),
    ],
)
def test_a_wrong_rule_of_routing_is_found(
    tampered: Harness, project_routes: list[Route], wrong: type[Resources], method: str, path: str
) -> None:
    planted = replace(tampered, lambda_side=replace(tampered.lambda_side, resources=wrong(project_routes)))
    statuses = []
    for number, both in enumerate((tampered, planted)):
        (seen,) = both.replay([Request(f"rule-{method}-{number}", method, path, user="admin")])
        statuses.append(any(difference.startswith("status: ") for difference in seen.differences))
    assert statuses == [False, True]
