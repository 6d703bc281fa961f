"""`[[tool.codegen.route_source]]`: where routes are declared, if not where they are found by name."""

from dataclasses import dataclass
from typing import Any

from ..declarations import SourceKind

_TEXTS = ("path", "api", "code_root")
_KEYS = frozenset(("kind", *_TEXTS, "parameters", "layers", "run", "authorizer"))


@dataclass(frozen=True, slots=True)
class RouteSource:
    """Paths are relative to the root; `run` allows a CDK app to be run; `api` names the API of a lone document.

    `is_public` says that what decorators state has no authorizer, where the framework does not tell.
    """

    kind: SourceKind
    path: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    layers: tuple[str, ...] = ()
    api: str = ""
    code_root: str = ""
    run: bool = False
    is_public: bool = False


def route_sources(value: Any) -> tuple[RouteSource, ...]:
    """The sources of a parsed list of tables; ValueError says which key cannot be followed."""
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise ValueError("it is no list of tables: write [[tool.codegen.route_source]]")
    return tuple(_route_source(table) for table in value)


def _route_source(table: dict[str, Any]) -> RouteSource:
    strangers = table.keys() - _KEYS
    if strangers:
        raise ValueError(f"{min(strangers)} is no key of it; there are {', '.join(sorted(_KEYS))}")
    kinds = [kind.value for kind in SourceKind]
    if table.get("kind") not in kinds:
        raise ValueError(f"its kind is one of {', '.join(kinds)}")
    for key in _TEXTS:
        if not isinstance(table.get(key, ""), str):
            raise ValueError(f"{key} is not a string")
    parameters, layers, run = table.get("parameters", {}), table.get("layers", []), table.get("run", False)
    if not isinstance(parameters, dict) or not all(isinstance(v, str | int | float) for v in parameters.values()):
        raise ValueError("parameters is not a table of texts and numbers")
    if not isinstance(layers, list) or not all(isinstance(layer, str) for layer in layers):
        raise ValueError("layers is not a list of strings")
    if not isinstance(run, bool):
        raise ValueError("run is neither true nor false")
    if table.get("authorizer", "none") != "none":
        raise ValueError('authorizer is "none", or left out')
    given = tuple((name, _spelled(said)) for name, said in sorted(parameters.items()))
    texts = {key: table.get(key, "") for key in _TEXTS}
    kind, is_public = SourceKind(table["kind"]), "authorizer" in table
    return RouteSource(kind, parameters=given, layers=tuple(layers), run=run, is_public=is_public, **texts)


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
