"""What tables declare of routes, read from the file that `routes --as toml` writes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...api import Cors, DeclaredApi
from .functions import Function

type Key = tuple[str, str, str]
"""API, method, path."""


@dataclass(frozen=True, slots=True)
class LambdaAuthorizer:
    """`form` is token or request, `identity` are identity sources, `ttl` is in seconds (None for the default),
    `payload` is 1.0 or 2.0; `simple`: it answers `isAuthorized`, not a policy."""

    name: str
    function: Function
    form: str = "token"
    identity: tuple[str, ...] = ()
    ttl: int | None = None
    payload: str = "1.0"
    simple: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """A route's function, API and payload format. `needs_key`: an API key is asked for, too."""

    function: Function
    api: DeclaredApi
    payload: str
    authorizer: LambdaAuthorizer | None = None
    needs_key: bool = False


def declared_in(text: str, root: Path) -> dict[Key, Declared]:
    """By API, method and path. Raises ValueError, KeyError or TypeError for what is no such file."""
    document = tomllib.loads(text)
    folder = root.resolve()
    apis = {name: _api(name, table) for name, table in document.get("apis", {}).items()}
    authorizers = {
        name: _authorizer(name, table, folder)
        for name, table in document.get("authorizers", {}).items()
        if table["kind"] == "lambda"
    }
    return {
        (name := table.get("api", ""), table["method"], table["path"]): Declared(
            _function(table, folder),
            apis[name],
            table["payload"],
            authorizers.get(table["authorizer"]),
            table.get("needs_key", False),
        )
        for table in document.get("route", [])
    }


def _api(name: str, table: Mapping[str, Any]) -> DeclaredApi:
    cors = table.get("cors")
    origins, methods, headers = (tuple((cors or {}).get(key, ())) for key in ("origins", "methods", "headers"))
    policy = None if cors is None else Cors(origins, methods, headers)
    return DeclaredApi(name, table["kind"], table.get("stage"), tuple(table.get("binary_types", ())), policy)


def _function(table: Mapping[str, Any], root: Path) -> Function:
    module, _, entry = table["handler"].rpartition(".")
    values = {**table.get("env", {}), **dict.fromkeys(table.get("unknown_env", ()))}
    return Function(
        table.get("name") or f"{module}.py:{entry}",
        table["handler"],
        tuple(str(root / folder) for folder in (table.get("code_root", "."), *table.get("layers", ()))),
        table.get("timeout"),
        tuple(sorted(values.items())),
    )


def _authorizer(name: str, table: Mapping[str, Any], root: Path) -> LambdaAuthorizer:
    return LambdaAuthorizer(
        table.get("label", name),
        _function(table, root),
        table.get("form", "token"),
        tuple(table.get("identity", ())),
        table.get("ttl"),
        table.get("payload", "1.0"),
        table.get("simple", False),
    )
