"""Routing on the raw path."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.lambdatwin.gateway.route_table import RouteTable

ROUTES = [
    ("GET", "/"),
    ("GET", "/products"),
    ("POST", "/products"),
    ("GET", "/products/{id}"),
    ("PUT", "/products/{product_id}"),
    ("GET", "/products/search/{name}"),
    ("POST", "/recipes/copy"),
    ("PUT", "/recipes/{id}"),
    ("POST", "/recipes/{id}/rate"),
    ("GET", "/recipes/{id}/{part}"),
    ("GET", "/recipes/{id}/rate/{user}"),
    ("ANY", "/files/{path+}"),
    ("GET", "/files/readme"),
]


@pytest.fixture
def table() -> RouteTable[str]:
    return RouteTable((method, path, f"{method} {path}") for method, path in ROUTES)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", ("GET /", {})),
        ("GET", "/products", ("GET /products", {})),
        ("POST", "/products", ("POST /products", {})),
        ("GET", "/products/1", ("GET /products/{id}", {"id": "1"})),
        ("PUT", "/products/1", ("PUT /products/{product_id}", {"product_id": "1"})),
        ("GET", "/products/a%2Fb%25", ("GET /products/{id}", {"id": "a%2Fb%25"})),
        ("GET", "/products/..", ("GET /products/{id}", {"id": ".."})),
        ("GET", "/products/a+b", ("GET /products/{id}", {"id": "a+b"})),
        ("GET", "/products/search", ("GET /products/{id}", {"id": "search"})),
        ("GET", "/products/search/x", ("GET /products/search/{name}", {"name": "x"})),
        ("POST", "/recipes/copy/rate", ("POST /recipes/{id}/rate", {"id": "copy"})),
        ("GET", "/recipes/1/rate/2", ("GET /recipes/{id}/rate/{user}", {"id": "1", "user": "2"})),
        ("GET", "/files/readme", ("GET /files/readme", {})),
        ("DELETE", "/files/a//b/%2F", ("ANY /files/{path+}", {"path": "a//b/%2F"})),
        ("GET", "/recipes/1/rate", None),
        ("POST", "/files/readme", None),
        ("PUT", "/recipes/copy", None),
        ("DELETE", "/products", None),
        ("HEAD", "/products", None),
        ("get", "/products", None),
        ("GET", "/%70roducts", None),
        ("GET", "/products/", None),
        ("GET", "//products", None),
        ("GET", "/products//x", None),
        ("GET", "/Products", None),
        ("GET", "/files/", None),
        ("GET", "/files", None),
        ("GET", "", None),
        ("OPTIONS", "*", None),
        ("GET", "/products/{id}/x", None),
        ("GET", "/nowhere", None),
    ],
)
def test_the_most_specific_resource_answers(table: RouteTable[str], method: str, path: str, expected: object) -> None:
    assert table.match(method, path) == expected


def test_the_methods_of_a_resource(table: RouteTable[str]) -> None:
    assert table.methods("/products") == ("GET", "POST")
    assert table.methods("/products/7") == ("GET", "PUT")
    assert table.methods("/nowhere") == ()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/products/{other}"),
        ("GET", "/products"),
        ("GET", "products"),
        ("GET", "/a/{id}/{id}"),
        ("GET", "/a/x{id}"),
        ("GET", "/a/{rest+}/b"),
    ],
)
def test_a_route_that_cannot_stand_is_refused(table: RouteTable[str], method: str, path: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        table.add(method, path, "again")


_TEMPLATES = st.lists(st.lists(st.sampled_from(["a", "b", "{x}"]), min_size=1, max_size=4), min_size=1, max_size=12)


def _matches(template: list[str], path: tuple[str, ...]) -> bool:
    return len(template) == len(path) and all(
        part in (segment, "{x}") for part, segment in zip(template, path, strict=True)
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_TEMPLATES)
def test_a_path_finds_the_best_of_its_templates(templates: list[list[str]]) -> None:
    shapes = {tuple(template): template for template in templates}
    routes: RouteTable[tuple[str, ...]] = RouteTable()
    for shape in shapes:
        named = [part if part != "{x}" else f"{{x{depth}}}" for depth, part in enumerate(shape)]
        routes.add("GET", "/" + "/".join(named), shape)
    for length in range(1, 5):
        for path in itertools.product("abc", repeat=length):
            candidates = [shape for shape in shapes if _matches(list(shape), path)]
            best = min(candidates, key=lambda shape: [part == "{x}" for part in shape], default=None)
            found = routes.match("GET", "/" + "/".join(path))
            assert (found and found[0]) == best
