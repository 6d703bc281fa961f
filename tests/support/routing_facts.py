"""Which route API Gateway takes: a table of facts that every router of this repository must pass.

Ranks: L a live recording of AWS, D AWS's documentation, M measured and published by a third party, ? no source. A case
of rank ? is in the table to show where knowledge ends: no router is held to it, and the parity harness must say that
it cannot compare such a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

type ApiKind = Literal["rest", "http"]
type Rank = Literal["L", "D", "M", "?"]
type Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was seen."""

    rank: Rank
    name: str


@dataclass(frozen=True, slots=True)
class RoutingFact:
    """One request to one API. `routes` are keys such as `GET /users/{id}`, `ANY /{proxy+}` and `$default`; `path` is
    percent-encoded, without stage and query. `route` is the key of the route that is taken, None where the gateway
    answers by itself. `parameters` are the event's: percent-encoded for REST, decoded for HTTP."""

    name: str
    api: ApiKind
    routes: Keys
    method: str
    path: str
    route: str | None
    source: Source
    parameters: Mapping[str, str] = field(default_factory=dict)


_TOGETHER = Source("L", "LocalStack, tests validated against AWS: method and resource are matched together")
_SLASHES = Source("L", "LocalStack, tests validated against AWS: events of paths with more slashes than needed")
_EVENTS = Source("L", "LocalStack, tests validated against AWS: events of a proxy resource")
_CAPTURED = Source("L", "events captured behind deployed APIs: percent-encoding of paths and path parameters")
_LITERAL_ANY = Source("L", "LocalStack, tests validated against AWS: a literal ANY beside OPTIONS of a proxy resource")
_METHODS = Source("D", "API Gateway developer guide: the methods that ANY stands for")
_NOT_IMPLIED = Source("L", "LocalStack, tests validated against AWS: GET implies neither HEAD nor OPTIONS")
_REST_ORDER = Source("D", "API Gateway developer guide: a method of its own, a catch-all method, a proxy resource")
_PROXY = Source("D", "API Gateway developer guide: a proxy resource stands for every resource below its parent")
_TRAILING = Source("M", "published measurements: a slash behind a path finds the resource")
_SEGMENTS = Source("M", "published measurements: an encoded slash stays inside its segment")
_HTTP_ORDER = Source("D", "API Gateway developer guide, routes of HTTP APIs: full match, greedy match, $default")
_HTTP_LITERAL = Source("M", "published measurements of HTTP APIs: a literal goes before a variable")
_HTTP_EXACT = Source("M", "published measurements of HTTP APIs: a method goes before ANY")
_HTTP_REST = Source("M", "published measurements of HTTP APIs: an empty rest does not match {proxy+}")
_HTTP_SLASH = Source("M", "published measurements of HTTP APIs: a slash behind a path makes another path")
_UNKNOWN = Source("?", "no source")

_ANY = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_USERS = ("PATCH /users/me", "GET /users/{userId}")
_CORS_ONLY = ("OPTIONS /cors_only", "ANY /{proxy+}")
_HARD = ("ANY /hardcoded", "ANY /{proxy+}")
_RECIPES = ("POST /recipes/copy", "GET /recipes/{id}", "PUT /recipes/{id}", "GET /recipes")
_FILES = ("GET /files", "GET /files/{rest+}")
_PETS = ("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default")


def _rest(name: str, routes: Keys, request: str, route: str | None, source: Source, **parameters: str) -> RoutingFact:
    method, path = request.split(" ")
    return RoutingFact(name, "rest", routes, method, path, route, source, parameters)


def _http(name: str, routes: Keys, request: str, route: str | None, source: Source, **parameters: str) -> RoutingFact:
    method, path = request.split(" ")
    return RoutingFact(name, "http", routes, method, path, route, source, parameters)


REST_FACTS = (
    # A resource without the method does not hide a less literal one that has it.
    _rest("literal without GET", _USERS, "GET /users/me", _USERS[1], _TOGETHER, userId="me"),
    _rest("literal with PATCH", _USERS, "PATCH /users/me", _USERS[0], _TOGETHER),
    _rest("neither has PUT", _USERS, "PUT /users/me", None, _TOGETHER),
    _rest("the parameter has no PATCH", _USERS, "PATCH /users/7", None, _TOGETHER),
    _rest("literal with OPTIONS only", _CORS_ONLY, "GET /cors_only", _CORS_ONLY[1], _TOGETHER, proxy="cors_only"),
    _rest("its OPTIONS is its own", _CORS_ONLY, "OPTIONS /cors_only", _CORS_ONLY[0], _TOGETHER),
    _rest(
        "resource without a method",
        ("GET /a/b/c", "ANY /{proxy+}"),
        "GET /a/b",
        "ANY /{proxy+}",
        _TOGETHER,
        proxy="a/b",
    ),
    _rest("back from two levels down", ("POST /a/b/c", "GET /a/{x}/c"), "GET /a/b/c", "GET /a/{x}/c", _TOGETHER, x="b"),
    _rest("back from a literal branch", ("GET /a/b/c", "GET /{x}/b/d"), "GET /a/b/d", "GET /{x}/b/d", _TOGETHER, x="a"),
    _rest(
        "back to a greedy one",
        ("GET /a/{x}/c", "GET /a/{rest+}"),
        "GET /a/b/d",
        "GET /a/{rest+}",
        _TOGETHER,
        rest="b/d",
    ),
    _rest("no way back", ("GET /a/{x}/c", "POST /a/{rest+}"), "GET /a/b/d", None, _TOGETHER),
    _rest("GET of a word with POST", _RECIPES, "GET /recipes/copy", "GET /recipes/{id}", _TOGETHER, id="copy"),
    _rest("PUT of a word with POST", _RECIPES, "PUT /recipes/copy", "PUT /recipes/{id}", _TOGETHER, id="copy"),
    _rest("POST of the word", _RECIPES, "POST /recipes/copy", "POST /recipes/copy", _TOGETHER),
    _rest("DELETE of the word", _RECIPES, "DELETE /recipes/copy", None, _TOGETHER),
    # Literal, parameter, greedy.
    _rest("literal before parameter", ("GET /a/{x}", "GET /a/b"), "GET /a/b", "GET /a/b", _REST_ORDER),
    _rest("parameter before greedy", ("GET /a/{x+}", "GET /a/{y}"), "GET /a/b", "GET /a/{y}", _REST_ORDER, y="b"),
    _rest(
        "greedy for what is longer", ("GET /a/{x+}", "GET /a/{y}"), "GET /a/b/c", "GET /a/{x+}", _REST_ORDER, x="b/c"
    ),
    _rest("literal before greedy", _HARD, "GET /hardcoded", _HARD[0], _EVENTS),
    _rest("greedy beside a literal", _HARD, "GET /other", _HARD[1], _EVENTS, proxy="other"),
    _rest("greedy below a literal", _HARD, "GET /hardcoded/x", _HARD[1], _TOGETHER, proxy="hardcoded/x"),
    _rest("the nearer greedy one", ("GET /{a+}", "GET /x/{b+}"), "GET /x/y/z", "GET /x/{b+}", _REST_ORDER, b="y/z"),
    _rest("greedy value of several segments", _HARD, "POST /a/b/c", _HARD[1], _EVENTS, proxy="a/b/c"),
    _rest("two parameters", ("GET /a/{x}/b/{y}",), "GET /a/1/b/2", "GET /a/{x}/b/{y}", _PROXY, x="1", y="2"),
    _rest("a segment more", ("GET /a/{x}",), "GET /a/1/2", None, _PROXY),
    _rest("a segment less", ("GET /a/{x}",), "GET /a", None, _PROXY),
    _rest("another case of letters", ("GET /a",), "GET /A", None, _PROXY),
    _rest("a dot is no wildcard", ("GET /a.b",), "GET /axb", None, _PROXY),
    _rest("root", ("GET /", "GET /{proxy+}"), "GET /", "GET /", _PROXY),
    _rest("a proxy is not its parent", ("ANY /{proxy+}",), "GET /", None, _PROXY),
    # ANY.
    _rest("method before ANY", ("ANY /a", "GET /a"), "GET /a", "GET /a", _REST_ORDER),
    _rest("ANY beside a method", ("ANY /a", "GET /a"), "POST /a", "ANY /a", _REST_ORDER),
    _rest("literal ANY before a parameter's method", ("ANY /a", "GET /{x}"), "GET /a", "ANY /a", _REST_ORDER),
    _rest("literal ANY before greedy OPTIONS", ("ANY /a", "OPTIONS /{proxy+}"), "OPTIONS /a", "ANY /a", _LITERAL_ANY),
    *(_rest(f"ANY is {method}", ("ANY /a",), f"{method} /a", "ANY /a", _METHODS) for method in _ANY),
    _rest("ANY of a parameter", ("POST /a", "ANY /{x}"), "GET /a", "ANY /{x}", _TOGETHER, x="a"),
    # HEAD and OPTIONS.
    _rest("HEAD of GET", ("GET /a",), "HEAD /a", None, _NOT_IMPLIED),
    _rest("OPTIONS of GET", ("GET /a",), "OPTIONS /a", None, _NOT_IMPLIED),
    _rest("HEAD falls through", ("GET /a", "ANY /{proxy+}"), "HEAD /a", "ANY /{proxy+}", _NOT_IMPLIED, proxy="a"),
    _rest("OPTIONS falls through", ("GET /a", "OPTIONS /{x}"), "OPTIONS /a", "OPTIONS /{x}", _NOT_IMPLIED, x="a"),
    _rest("HEAD of its own", ("HEAD /a", "GET /a"), "HEAD /a", "HEAD /a", _NOT_IMPLIED),
    # Slashes.
    _rest("slash behind", ("GET /t",), "GET /t/", "GET /t", _TRAILING),
    _rest("slash behind a parameter", ("GET /t/{x}",), "GET /t/1/", "GET /t/{x}", _TRAILING, x="1"),
    _rest("slash behind a greedy value", _HARD, "GET /proxy-value/", _HARD[1], _EVENTS, proxy="proxy-value"),
    _rest("slash behind where a parameter could be", ("GET /t", "GET /t/{x}"), "GET /t/", "GET /t", _TRAILING),
    _rest("slash behind, no such resource", ("GET /t/{x}",), "GET /t/", None, _TRAILING),
    _rest("slash behind the parent of a proxy", _FILES, "GET /files/", "GET /files", _TRAILING),
    _rest("two slashes in front", _HARD, "GET //hardcoded", _HARD[0], _SLASHES),
    _rest("two slashes in front of a greedy value", _HARD, "GET //other", _HARD[1], _SLASHES, proxy="other"),
    _rest(
        "two slashes inside a greedy value", ("ANY /{proxy+}",), "GET /a//b", "ANY /{proxy+}", _SLASHES, proxy="a//b"
    ),
    _rest(
        "two slashes inside a greedy value, one behind", _FILES, "GET /files/a//b/", _FILES[1], _SLASHES, rest="a//b"
    ),
    # Percent-encoding.
    _rest("encoded slash in a parameter", ("GET /a/{x}",), "GET /a/b%2Fc", "GET /a/{x}", _SEGMENTS, x="b%2Fc"),
    _rest("encoded slash makes no segment", ("GET /a/{x}/{y}",), "GET /a/b%2Fc", None, _SEGMENTS),
    _rest(
        "encoded slash, small letters", ("GET /a/{x}", "GET /a/b/c"), "GET /a/b%2fc", "GET /a/{x}", _SEGMENTS, x="b%2fc"
    ),
    _rest("encoded space", _HARD, "GET /capture/space%20value", _HARD[1], _CAPTURED, proxy="capture/space%20value"),
    _rest("encoded and plain plus", _HARD, "GET /a%2Bb@c.d/a+b", _HARD[1], _EVENTS, proxy="a%2Bb@c.d/a+b"),
    _rest("non-ASCII", ("GET /a/{x}",), "GET /a/%C3%A9", "GET /a/{x}", _CAPTURED, x="%C3%A9"),
    # Where knowledge ends.
    _rest("an encoded letter of a literal", ("GET /ab",), "GET /a%62", None, _UNKNOWN),
    _rest("two slashes between literals", ("GET /a/b",), "GET /a//b", None, _UNKNOWN),
    _rest("two slashes behind", ("GET /t",), "GET /t//", None, _UNKNOWN),
    _rest("a method that no API has", ("ANY /a",), "TRACE /a", None, _UNKNOWN),
)

HTTP_FACTS = (
    _http("full match", _PETS, "GET /pets/dog/1", _PETS[0], _HTTP_ORDER),
    _http("variable", _PETS, "GET /pets/dog/2", _PETS[1], _HTTP_LITERAL, id="2"),
    _http("greedy of the resource", _PETS, "GET /pets/cat/3", _PETS[2], _HTTP_ORDER, proxy="cat/3"),
    _http("greedy of all", _PETS, "POST /pets/dog/1", _PETS[3], _HTTP_ORDER, proxy="pets/dog/1"),
    _http("$default is last", _PETS, "GET /", _PETS[4], _HTTP_ORDER),
    _http("$default for another method", ("GET /a", "$default"), "PUT /a", "$default", _HTTP_ORDER),
    _http("$default has no parameters", ("GET /a/{x}", "$default"), "GET /b/1", "$default", _HTTP_ORDER),
    _http("full match before greedy", ("GET /a/{p+}", "GET /{x}/b"), "GET /a/b", "GET /{x}/b", _HTTP_ORDER, x="a"),
    _http("never 405", ("GET /a",), "POST /a", None, _HTTP_ORDER),
    _http("no route", ("GET /a",), "GET /b", None, _HTTP_ORDER),
    _http("method together with path", _USERS, "GET /users/me", _USERS[1], _HTTP_ORDER, userId="me"),
    _http("literal before variable", ("GET /a/{x}", "GET /a/b"), "GET /a/b", "GET /a/b", _HTTP_LITERAL),
    _http("method before ANY", ("ANY /a", "GET /a"), "GET /a", "GET /a", _HTTP_EXACT),
    _http("ANY beside a method", ("ANY /a", "GET /a"), "PUT /a", "ANY /a", _HTTP_EXACT),
    *(_http(f"ANY is {method}", ("ANY /a",), f"{method} /a", "ANY /a", _METHODS) for method in _ANY),
    _http("HEAD of GET", ("GET /a",), "HEAD /a", None, _HTTP_ORDER),
    _http("OPTIONS of GET", ("GET /a",), "OPTIONS /a", None, _HTTP_ORDER),
    _http("an empty rest", ("GET /a/{proxy+}",), "GET /a/", None, _HTTP_REST),
    _http("an empty rest of all", ("ANY /{proxy+}",), "GET /", None, _HTTP_REST),
    _http("slash behind", ("GET /a",), "GET /a/", None, _HTTP_SLASH),
    _http("slash behind a variable", ("GET /a/{x}",), "GET /a/1/", None, _HTTP_SLASH),
    _http("slash behind, for $default", ("GET /a", "$default"), "GET /a/", "$default", _HTTP_SLASH),
    _http("decoded variable", ("GET /a/{x}",), "GET /a/b%20c", "GET /a/{x}", _CAPTURED, x="b c"),
    _http("decoded greedy value", ("ANY /{proxy+}",), "GET /a/%C3%A9", "ANY /{proxy+}", _CAPTURED, proxy="a/\u00e9"),
    _http("plus is no space", ("GET /a/{x}",), "GET /a/b+c", "GET /a/{x}", _CAPTURED, x="b+c"),
    # Where knowledge ends.
    _http("encoded slash", ("GET /a/{x}",), "GET /a/b%2Fc", "GET /a/{x}", _UNKNOWN, x="b/c"),
    _http("ANY of a literal, method of a variable", ("ANY /a", "GET /{x}"), "GET /a", "ANY /a", _UNKNOWN),
    _http("two slashes between literals", ("GET /a/b",), "GET /a//b", None, _UNKNOWN),
)

ROUTING_FACTS = REST_FACTS + HTTP_FACTS
