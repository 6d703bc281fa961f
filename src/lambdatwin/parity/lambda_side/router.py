"""The routes of an API, read from the list that the generator prints, and the choice between them."""

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

from ..api import Api, Kind, Mock
from ..roots import GENERATOR
from .declared.tables import Declared, Key, declared_in

# What ANY stands for, in both kinds of API.
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
DEFAULT = "$default"


class BadRouteList(Exception):
    """A list of routes that can't be read."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one resource. `auth` is the context that authorizes, None for a public route; `authorizer` says
    what kind verifies its callers, None where the list names none; `payload` is the format that the handler reads.
    `declared` is what a table says of it; such a route has no `module`. A `mock` answers without a function."""

    method: str
    resource: str
    module: str
    function: str
    auth: str | None
    timeout: float | None = None
    authorizer: str | None = None
    scopes: tuple[str, ...] = ()
    payload: str | None = None
    declared: Declared | None = None
    mock: Mock | None = None

    @property
    def key(self) -> str:
        """`GET /users/{id}`, or `$default`."""
        return DEFAULT if self.resource == DEFAULT else f"{self.method} {self.resource}"

    @property
    def takes_id_tokens(self) -> bool:
        """Whether a user pool's authorizer takes ID tokens: a declared one without scopes does."""
        return self.declared is not None and self.authorizer == "cognito" and not self.scopes

    @property
    def token_use(self) -> str:
        """The kind of token that it takes."""
        return "id" if self.takes_id_tokens else "access"

    @property
    def authorizer_runs(self) -> bool:
        """Whether the harness asks the authorizer: of Lambda authorizers those whose function is known."""
        known = ("lambda",) if self.declared and self.declared.authorizer else ()
        return self.authorizer in (None, "cognito", "jwt", *known)

    def without_authorizer(self) -> Self:
        """The route as a stand-in guards it: what its real authorizer would say is not known."""
        if self.declared is None:
            return self
        return replace(self, authorizer=self.authorizer or "unknown", declared=replace(self.declared, authorizer=None))

    def api_of(self, api: Api) -> Api:
        """The API as this route's function sees it: each route of an HTTP API that a table declares has a payload
        format of its own."""
        if self.declared is None or api.is_rest:
            return api
        return replace(api, kind=Kind.HTTP_1 if self.declared.payload == "1.0" else Kind.HTTP_2)

    def takes(self, method: str) -> bool:
        """Whether requests with this method are the route's."""
        any_method = self.method == "ANY" or self.resource == DEFAULT
        return self.method == method or (any_method and method in METHODS)


def routes_of(root: Path) -> list[Route]:
    """What the command `routes` finds below a folder."""
    if importlib.util.find_spec("libcst") is None:
        raise BadRouteList("the generator is not installed: pip install 'lambdatwin[codegen]', or name --routes FILE")
    text, origin = _printed(root, "--format", "json"), "the output of codegen routes"
    if any(entry.get("module") is None for entry in _entries(text, origin)):
        try:
            return parse_routes(text, origin, declared_in(_printed(root, "--as", "toml"), root))
        except (ValueError, KeyError, TypeError) as error:
            raise BadRouteList(f"{origin}: not a table of routes ({error!r})") from error
    return parse_routes(text, origin)


def _printed(root: Path, *options: str) -> str:
    command = [sys.executable, "-m", GENERATOR, "routes", *options, "--root", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BadRouteList(f"`{' '.join(command[1:])}` failed:\n{(done.stderr or done.stdout).strip()}")
    return done.stdout


def routes_in(path: Path) -> list[Route]:
    """The same list kept in a file."""
    try:
        return parse_routes(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise BadRouteList(f"{path}: {error.strerror}") from error


def parse_routes(text: str, origin: str, declared: Mapping[Key, Declared] | None = None) -> list[Route]:
    """Routes over HTTP; event triggers are passed over. `declared` has those of tables."""
    try:
        return [_route(entry, declared or {}) for entry in _entries(text, origin)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRouteList(f"{origin}: not a list of routes ({error!r})") from error


def _entries(text: str, origin: str) -> list[Any]:
    try:
        return [entry for entry in json.loads(text) if entry.get("kind", "http") == "http"]
    except (ValueError, TypeError, AttributeError) as error:
        raise BadRouteList(f"{origin}: not a list of routes ({error!r})") from error


def _route(entry: Any, declared: Mapping[Key, Declared]) -> Route:
    found = None
    if entry["module"] is None:
        found = declared.get((entry["api"], entry["method"], entry["path"]))
        if found is None:
            place = f"{entry['method']} {entry['path']}"
            raise BadRouteList(f"{place}: what a table declares is read from its root, and is in no saved list")
    kind = "key" if found and found.needs_key else (entry.get("authorizer") or {}).get("kind")
    return Route(
        entry["method"],
        _resource(entry),
        entry["module"] or "",
        entry["function"],
        entry.get("auth") or (kind if found else None),
        entry.get("timeout"),
        kind,
        tuple(entry.get("scopes") or ()),
        entry.get("payload"),
        found,
    )


def _resource(entry: Any) -> str:
    """The path. A docstring is prose: where the code reads a parameter under another name, the deployed resource must
    have that one. What a table declares is what is deployed."""
    path: str = entry["path"]
    if (entry.get("source") or {}).get("kind", "docstrings") != "docstrings":
        return path
    for parameter in entry.get("path_parameters") or ():
        if parameter.get("reads"):
            path = re.sub(rf"\{{{re.escape(parameter['name'])}(?=\+?\}})", "{" + parameter["reads"], path)
    return path


class Resources:
    """Chooses among the routes that fit both path and method: the first in the order of the kind of API.

    REST compares segments from the left (literal, parameter, greedy), then an exact method before ANY. HTTP takes full
    matches before greedy ones and `$default` last, and within each the same. Raises BadRouteList for a `$default` of a
    REST API.
    """

    def __init__(self, routes: Sequence[Route], kind: Kind = Kind.REST) -> None:
        self._is_rest = kind is Kind.REST
        if self._is_rest and any(route.resource == DEFAULT for route in routes):
            raise BadRouteList(f"{DEFAULT} is a route of HTTP APIs, and this is a REST API")
        order = _rest_order if self._is_rest else _http_order
        self._candidates = [(_pattern(route.resource), route) for route in sorted(routes, key=order)]

    @property
    def routes(self) -> list[Route]:
        """All routes."""
        return [route for _, route in self._candidates]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route, and its path parameters as its event has them; None where the gateway has no route."""
        found = next(self._fitting(method, path), None)
        if found is None or self._is_rest:
            return found
        route, parameters = found
        return route, {name: unquote(value, errors="replace") for name, value in parameters.items()}

    def serve(self, path: str) -> bool:
        """Whether any method has a route for the path."""
        return any(self.find(method, path) for method in METHODS)

    def doubt(self, method: str, path: str) -> str | None:
        """Why no source tells which route is taken; None where one does."""
        if method not in METHODS:
            return f"{method} is no method that API Gateway knows"
        chosen = self._chosen(method, path)
        if self._chosen(method, re.sub("//+", "/", path)) != chosen:
            return "the path would have another route without its doubled slash"
        if self._chosen(method, self._decoded(path)) != chosen:
            return "the path would have another route when it is decoded"
        if not self._is_rest and chosen != self._exact_before_any(method, path):
            return "a route with ANY and a route with the method both fit"
        return None

    def _chosen(self, method: str, path: str) -> Route | None:
        return next((route for route, _ in self._fitting(method, path)), None)

    def _exact_before_any(self, method: str, path: str) -> Route | None:
        fitting = (route for route, _ in self._fitting(method, path))
        return min(fitting, key=lambda route: (_class(route.resource), route.method != method), default=None)

    def _fitting(self, method: str, path: str) -> Iterator[tuple[Route, dict[str, str]]]:
        path = _trimmed(path) if self._is_rest else path
        for pattern, route in self._candidates:
            if route.takes(method) and (matched := pattern.fullmatch(path)):
                yield route, dict(zip(_names(route.resource), matched.groups(), strict=True))

    def _decoded(self, path: str) -> str:
        """Of a REST API's path an encoded slash stays: it is known to belong to its segment."""
        if not self._is_rest:
            return unquote(path)
        return "".join(part if part.lower() == "%2f" else unquote(part) for part in re.split("(%2[fF])", path))


def leading_slashes_as_one(path: str) -> str:
    """A REST API takes doubled slashes in front for one."""
    return "/" + path.lstrip("/")


def _trimmed(path: str) -> str:
    """A REST API finds a resource with a slash behind its path, too."""
    return leading_slashes_as_one(path).removesuffix("/") or "/"


def _names(template: str) -> list[str]:
    return re.findall(r"\{([^}+]+)\+?\}", template)


def _pattern(template: str) -> re.Pattern[str]:
    if template == DEFAULT:
        return re.compile(".*", re.DOTALL)
    parts = re.split(r"(\{[^}]+\})", template)
    return re.compile("".join(map(_part, parts)), re.DOTALL)


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return "(.+)" if part.endswith("+}") else "([^/]+)"


def _rest_order(route: Route) -> tuple[list[int], bool]:
    return [_rank(segment) for segment in route.resource.split("/")], route.method == "ANY"


def place_of(route: Route) -> tuple[int, list[int]]:
    """Where the path of a route stands among those of all APIs."""
    return _class(route.resource), [_rank(segment) for segment in route.resource.split("/")]


def _http_order(route: Route) -> tuple[int, list[int], bool]:
    return _class(route.resource), *_rest_order(route)


def _class(resource: str) -> int:
    return 2 if resource == DEFAULT else int(resource.endswith("+}"))


def _rank(segment: str) -> int:
    return (2 if segment.endswith("+}") else 1) if "{" in segment else 0
