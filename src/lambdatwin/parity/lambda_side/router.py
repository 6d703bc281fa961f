"""The REST API's resources, read from the list of routes that the generator prints, and the choice between them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadRouteList(Exception):
    """A list of routes that can't be read."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one resource. `authorizer` is None for a public route."""

    method: str
    resource: str
    module: str
    function: str
    authorizer: str | None
    timeout: float | None = None


def routes_of(root: Path) -> list[Route]:
    """What `python -m codegen routes` finds below a folder."""
    command = [sys.executable, "-m", "codegen", "routes", "--format", "json", "--root", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BadRouteList(f"`{' '.join(command[1:])}` failed:\n{(done.stderr or done.stdout).strip()}")
    return parse_routes(done.stdout, "the output of codegen routes")


def routes_in(path: Path) -> list[Route]:
    """The same list kept in a file."""
    try:
        return parse_routes(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise BadRouteList(f"{path}: {error.strerror}") from error


def parse_routes(text: str, origin: str) -> list[Route]:
    """Routes over HTTP; event triggers are passed over."""
    try:
        return [_route(entry) for entry in json.loads(text) if entry.get("kind", "http") == "http"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRouteList(f"{origin}: not a list of routes ({error!r})") from error


def _route(entry: Any) -> Route:
    return Route(
        entry["method"], entry["path"], entry["module"], entry["function"], entry.get("auth"), entry.get("timeout")
    )


class Resources:
    """Which resource a path belongs to: the one whose template is more literal from the left; then its method."""

    def __init__(self, routes: Iterable[Route]) -> None:
        by_shape: dict[str, list[Route]] = {}
        for route in routes:
            by_shape.setdefault(_shape(route.resource), []).append(route)
        self._resources = [(_pattern(shape), by_shape[shape]) for shape in sorted(by_shape, key=_specificity)]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route and its parameters as they were sent; None is the gateway's 403."""
        for pattern, routes in self._resources:
            if matched := pattern.fullmatch(path):
                chosen = next((route for route in routes if route.method == method), None)
                return (chosen, dict(zip(_names(chosen.resource), matched.groups(), strict=True))) if chosen else None
        return None


def _names(template: str) -> list[str]:
    return re.findall(r"\{([^}+]+)\+?\}", template)


def _shape(template: str) -> str:
    return re.sub(r"\{[^}]+\+\}", "{+}", re.sub(r"\{[^}+]+\}", "{}", template))


def _pattern(shape: str) -> re.Pattern[str]:
    literal = re.escape(shape)
    return re.compile(literal.replace(r"\{\+\}", "(.+)").replace(r"\{\}", "([^/]+)"), re.DOTALL)


def _specificity(shape: str) -> list[tuple[int, str]]:
    rank = {"{}": 1, "{+}": 2}
    return [(rank.get(part, 0), part) for part in shape.split("/")]
