"""Which route answers, on the raw path: facts of REST APIs and of HTTP APIs, each with its source.

L: recorded from AWS. D: AWS's documentation. M: measured against AWS and published. decided: no source; what the
rules above it suggest.
"""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.gateway.route_table import HttpRouteTable, RestRouteTable, RouteTable

type Row = tuple[str, str, str, str, str | None, dict[str, str]]

# source, routes, method, path, the route that answers, its parameters
REST: list[Row] = [
    ("L", "PATCH /users/me | GET /users/{userId}", "GET", "/users/me", "GET /users/{userId}", {"userId": "me"}),
    ("L", "PATCH /users/me | GET /users/{userId}", "PATCH", "/users/me", "PATCH /users/me", {}),
    ("L", "PATCH /users/me | GET /users/{userId}", "PATCH", "/users/you", None, {}),
    ("L", "POST /recipes/copy | PUT /recipes/{id}", "PUT", "/recipes/copy", "PUT /recipes/{id}", {"id": "copy"}),
    ("L", "OPTIONS /cors_only | ANY /{proxy+}", "GET", "/cors_only", "ANY /{proxy+}", {"proxy": "cors_only"}),
    ("L", "OPTIONS /cors_only | ANY /{proxy+}", "OPTIONS", "/cors_only", "OPTIONS /cors_only", {}),
    ("L", "OPTIONS /cors_only | GET /{name}", "GET", "/cors_only", "GET /{name}", {"name": "cors_only"}),
    ("L", "GET /a/b | ANY /{proxy+}", "GET", "/a", "ANY /{proxy+}", {"proxy": "a"}),
    ("L", "GET /a/b | GET /{name}", "GET", "/a", "GET /{name}", {"name": "a"}),
    ("L", "GET /a/b | GET /{name}/c", "GET", "/a/c", "GET /{name}/c", {"name": "a"}),
    ("L", "GET /a/b/c | GET /{x}/b/{y} | ANY /{p+}", "GET", "/a/b/d", "GET /{x}/b/{y}", {"x": "a", "y": "d"}),
    ("L", "GET /a/b/c | GET /{x}/b/{y} | ANY /{p+}", "PUT", "/a/b/c", "ANY /{p+}", {"p": "a/b/c"}),
    ("L", "GET /{id} | PUT /{name}", "PUT", "/1", "PUT /{name}", {"name": "1"}),
    ("L", "ANY /hardcoded | ANY /{proxy+}", "GET", "/hardcoded", "ANY /hardcoded", {}),
    ("L", "GET /a/static | GET /a/{id} | GET /a/{p+}", "GET", "/a/static", "GET /a/static", {}),
    ("L", "GET /a/static | GET /a/{id} | GET /a/{p+}", "GET", "/a/x", "GET /a/{id}", {"id": "x"}),
    ("L", "GET /a/static | GET /a/{id} | GET /a/{p+}", "GET", "/a/x/y", "GET /a/{p+}", {"p": "x/y"}),
    ("L", "ANY /a/{p+} | GET /{x}/b", "GET", "/a/b", "ANY /a/{p+}", {"p": "b"}),
    ("L", "ANY /{one+} | GET /a/{two+}", "POST", "/a/b", "ANY /{one+}", {"one": "a/b"}),
    ("L", "GET /a | ANY /a", "GET", "/a", "GET /a", {}),
    ("L", "GET /a | ANY /a", "DELETE", "/a", "ANY /a", {}),
    ("L", "ANY /a | OPTIONS /{proxy+}", "OPTIONS", "/a", "ANY /a", {}),
    ("D", "ANY /a | GET /{id}", "GET", "/a", "ANY /a", {}),
    ("D", "ANY /a", "HEAD", "/a", "ANY /a", {}),
    ("D", "ANY /a", "OPTIONS", "/a", "ANY /a", {}),
    ("D", "ANY /a", "PATCH", "/a", "ANY /a", {}),
    ("D", "ANY /a", "TRACE", "/a", None, {}),
    ("D", "ANY /a", "PURGE", "/a", None, {}),
    ("D", "ANY /a", "ANY", "/a", None, {}),
    ("L", "GET /a", "HEAD", "/a", None, {}),
    ("L", "GET /a", "OPTIONS", "/a", None, {}),
    ("L", "GET /a | ANY /{p+}", "HEAD", "/a", "ANY /{p+}", {"p": "a"}),
    ("L", "GET /a | ANY /{p+}", "OPTIONS", "/a", "ANY /{p+}", {"p": "a"}),
    ("L", "GET /a", "POST", "/a", None, {}),
    ("decided", "GET /a", "get", "/a", None, {}),
    ("L", "GET /t", "GET", "/t/", "GET /t", {}),
    ("L", "GET /t/{id}", "GET", "/t/1/", "GET /t/{id}", {"id": "1"}),
    ("L", "ANY /{proxy+}", "GET", "/proxy-value/", "ANY /{proxy+}", {"proxy": "proxy-value"}),
    ("L", "ANY /files/{rest+}", "GET", "/files/a/b/", "ANY /files/{rest+}", {"rest": "a/b"}),
    ("L", "ANY /files/{rest+} | GET /files", "GET", "/files/", "GET /files", {}),
    ("L", "GET /hardcoded | ANY /{proxy+}", "GET", "//hardcoded", "GET /hardcoded", {}),
    ("L", "ANY /{proxy+}", "GET", "//a/b", "ANY /{proxy+}", {"proxy": "a/b"}),
    ("L", "ANY /{proxy+}", "GET", "/a//b", "ANY /{proxy+}", {"proxy": "a//b"}),
    ("L", "ANY /files/{rest+}", "GET", "/files/a//b/%2F", "ANY /files/{rest+}", {"rest": "a//b/%2F"}),
    ("L", "GET /a/b", "GET", "/a//b", None, {}),
    ("L", "GET /a/{x}/b", "GET", "/a//b", None, {}),
    ("L", "GET /u/{id}", "GET", "/u/test%2Balias@x.org", "GET /u/{id}", {"id": "test%2Balias@x.org"}),
    ("L", "GET /u/{id}", "GET", "/u/a%2Fb%25", "GET /u/{id}", {"id": "a%2Fb%25"}),
    ("L", "ANY /{p+}", "GET", "/u/a%2Fb/c+d", "ANY /{p+}", {"p": "u/a%2Fb/c+d"}),
    ("decided", "GET /products", "GET", "/%70roducts", None, {}),
    ("decided", "GET /products", "GET", "/Products", None, {}),
    ("decided", "GET /u/{id}", "GET", "/u/..", "GET /u/{id}", {"id": ".."}),
    ("D", "GET /", "GET", "/", "GET /", {}),
    ("decided", "GET /", "GET", "//", "GET /", {}),
    ("decided", "ANY /{proxy+}", "GET", "/", None, {}),
    ("decided", "ANY /files/{rest+}", "GET", "/files", None, {}),
    ("decided", "ANY /files/{rest+}", "GET", "/files/", None, {}),
    ("D", "GET /a", "GET", "/nowhere", None, {}),
    ("D", "ANY /{proxy+}", "OPTIONS", "*", None, {}),
    ("D", "ANY /{proxy+}", "GET", "", None, {}),
]
HTTP: list[Row] = [
    ("D", "GET /pets/dog/1 | GET /pets/dog/{id}", "GET", "/pets/dog/1", "GET /pets/dog/1", {}),
    ("D", "GET /pets/dog/1 | GET /pets/dog/{id}", "GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
    ("D", "GET /pets/{p+} | ANY /{p+} | ANY $default", "GET", "/pets/cat/3", "GET /pets/{p+}", {"p": "cat/3"}),
    ("D", "GET /pets/{p+} | ANY /{p+} | ANY $default", "POST", "/pets/5", "ANY /{p+}", {"p": "pets/5"}),
    ("D", "GET /pets/{p+} | ANY $default", "POST", "/pets/5", "ANY $default", {}),
    ("D", "GET /pets | ANY $default", "DELETE", "/pets", "ANY $default", {}),
    ("D", "GET /pets | ANY $default", "GET", "/", "ANY $default", {}),
    ("D", "GET /pets", "DELETE", "/pets", None, {}),
    ("D", "ANY /a/{p+} | GET /{x}/b", "GET", "/a/b", "GET /{x}/b", {"x": "a"}),
    ("M", "GET /pets/{id} | ANY /pets/dog", "GET", "/pets/dog", "ANY /pets/dog", {}),
    ("M", "GET /pets | ANY /pets", "GET", "/pets", "GET /pets", {}),
    ("D", "PATCH /users/me | GET /users/{id}", "GET", "/users/me", "GET /users/{id}", {"id": "me"}),
    ("M", "GET /pets", "GET", "/pets/", None, {}),
    ("M", "GET /pets", "GET", "//pets", None, {}),
    ("M", "ANY /pets/{p+}", "GET", "/pets/", None, {}),
    ("M", "ANY /pets/{p+}", "GET", "/pets", None, {}),
    ("M", "ANY /{p+}", "GET", "/pets/", "ANY /{p+}", {"p": "pets/"}),
    ("D", "GET /pets", "HEAD", "/pets", None, {}),
    ("D", "ANY /pets", "TRACE", "/pets", None, {}),
    ("decided", "GET /pets/{id}", "GET", "/pets/a%2Fb", "GET /pets/{id}", {"id": "a%2Fb"}),
]


def _filled(table: RouteTable[str], routes: str) -> RouteTable[str]:
    for route in routes.split(" | "):
        method, _, template = route.partition(" ")
        table.add(method, template, route)
    return table


def _id(row: Row) -> str:
    return f"{row[1]}: {row[2]} {row[3]}"


@pytest.mark.parametrize("row", REST, ids=_id)
@pytest.mark.parametrize("backwards", [False, True])
def test_a_rest_api_finds_its_route(row: Row, backwards: bool) -> None:
    _, routes, method, path, route, parameters = row
    ordered = " | ".join(reversed(routes.split(" | "))) if backwards else routes
    expected = None if route is None else (route, parameters)
    assert _filled(RestRouteTable(), ordered).match(method, path) == expected


@pytest.mark.parametrize("row", HTTP, ids=_id)
def test_an_http_api_finds_its_route(row: Row) -> None:
    _, routes, method, path, route, parameters = row
    expected = None if route is None else (route, parameters)
    assert _filled(HttpRouteTable(), routes).match(method, path) == expected


@pytest.mark.parametrize(
    ("table", "routes", "path", "expected"),
    [
        (RestRouteTable(), "GET /p | POST /p", "/p", "GET POST"),
        (RestRouteTable(), "GET /p/{id} | PUT /p/{name}", "/p/7", "GET PUT"),
        (RestRouteTable(), "POST /r/copy | PUT /r/{id}", "/r/copy", "POST PUT"),
        (RestRouteTable(), "POST /r | ANY /{p+}", "/r/", "DELETE GET HEAD OPTIONS PATCH POST PUT"),
        (RestRouteTable(), "GET /p", "/nowhere", ""),
        (HttpRouteTable(), "POST /r/copy | PUT /r/{id}", "/r/copy", "POST PUT"),
        (HttpRouteTable(), "ANY $default", "/x", "DELETE GET HEAD OPTIONS PATCH POST PUT"),
        (HttpRouteTable(), "GET /p", "/p/", ""),
    ],
)
def test_the_methods_at_a_path(table: RouteTable[str], routes: str, path: str, expected: str) -> None:
    assert _filled(table, routes).methods(path) == tuple(expected.split())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/products/{other}"),
        ("GET", "/products"),
        ("GET", "/products/"),
        ("GET", "products"),
        ("GET", "/a/{id}/{id}"),
        ("GET", "/a/x{id}"),
        ("GET", "/a/{rest+}/b"),
    ],
)
def test_a_route_that_cannot_stand_is_refused(method: str, path: str) -> None:
    table = _filled(RestRouteTable(), "GET /products | GET /products/{id}")
    with pytest.raises(ValueError, match=r"\S"):
        table.add(method, path, "again")


def test_an_api_has_one_default_route() -> None:
    with pytest.raises(ValueError, match="default"):
        _filled(HttpRouteTable(), "ANY $default | GET $default")


_SEGMENTS = st.lists(st.sampled_from(["a", "b", "{x}"]), min_size=1, max_size=4)
_TEMPLATES = st.lists(st.tuples(st.sampled_from(["GET", "PUT", "ANY"]), _SEGMENTS), min_size=1, max_size=12)


def _matches(template: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(template) == len(path) and all(
        part in (segment, "{x}") for part, segment in zip(template, path, strict=True)
    )


def _how_general(route: tuple[str, tuple[str, ...]]) -> tuple[list[bool], bool]:
    return [part == "{x}" for part in route[1]], route[0] == "ANY"


@given(_TEMPLATES, st.sampled_from([RestRouteTable, HttpRouteTable]))
def test_a_request_finds_the_best_of_the_routes_that_know_its_method(
    templates: list[tuple[str, list[str]]], kind: type[RouteTable[object]]
) -> None:
    routes = {(method, tuple(template)) for method, template in templates}
    table = kind()
    for method, shape in routes:
        named = [part if part != "{x}" else f"{{x{depth}}}" for depth, part in enumerate(shape)]
        table.add(method, "/" + "/".join(named), (method, shape))
    for length in range(1, 5):
        for path in itertools.product("abc", repeat=length):
            candidates = [route for route in routes if route[0] in ("GET", "ANY") and _matches(route[1], path)]
            best = min(candidates, key=_how_general, default=None)
            found = table.match("GET", "/" + "/".join(path))
            assert (found and found[0]) == best
