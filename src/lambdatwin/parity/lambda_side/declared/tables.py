"""What tables declare of routes, read from the file that `routes --as toml` writes."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...api import Cors, DeclaredApi, Mock
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
    """A route's function, API and payload format. `needs_key`: an API key is asked for, too. `token_at` is where a
    token is sent that is no Lambda authorizer's: an identity source, empty for the Authorization header."""

    function: Function
    api: DeclaredApi
    payload: str
    authorizer: LambdaAuthorizer | None = None
    needs_key: bool = False
    token_at: str = ""


def declared_in(text: str, root: Path) -> dict[Key, Declared]:
    """By API, method and path. Raises ValueError, KeyError or TypeError for what is no such file."""
    document = tomllib.loads(text)
    folder = root.resolve()
    apis = {name: _api(name, table) for name, table in document.get("apis", {}).items()}
    authorizers = {
        name: _authorizer(name, table, folder)
        for name, table in document.get("authorizers", {}).items()
        if table["kind"] == "lambda" and "handler" in table  # without one a stand-in decides
    }
    elsewhere = {
        name: table["identity"][0]
        for name, table in document.get("authorizers", {}).items()
        if table["kind"] != "lambda" and table.get("identity")
    }
    return {
        (name := table.get("api", ""), table["method"], table["path"]): Declared(
            _function(table, folder),
            apis[name],
            table["payload"],
            authorizers.get(table["authorizer"]),
            table.get("needs_key", False),
            elsewhere.get(table["authorizer"], ""),
        )
        for table in document.get("route", [])
    }


def _api(name: str, table: Mapping[str, Any]) -> DeclaredApi:
    said = table.get("cors")
    policy = None if said is None else _cors(said)
    mocks = tuple(_mock(one) for one in table.get("preflights", ()))
    variables, binary = tuple(table.get("variables", {}).items()), tuple(table.get("binary_types", ()))
    return DeclaredApi(name, table["kind"], table.get("stage"), binary, policy, mocks, variables)


def _cors(table: Mapping[str, Any]) -> Cors:
    origins, methods, headers, exposed = (
        tuple(table.get(key, ())) for key in ("origins", "methods", "headers", "exposed")
    )
    return Cors(origins, methods, headers, exposed, table.get("max_age"), table.get("credentials", False))


def _mock(table: Mapping[str, Any]) -> Mock:
    return Mock(
        table["path"],
        table.get("status", 200),
        tuple(table.get("headers", {}).items()),
        table.get("body", ""),
        tuple(table.get("origins", ())),
        table.get("is_guarded", False),
    )


def _function(table: Mapping[str, Any], root: Path) -> Function:
    values = {**table.get("env", {}), **dict.fromkeys(table.get("unknown_env", ()))}
    return Function(
        # Lambda allows letters, digits, hyphens and underscores.
        table.get("name") or re.sub(r"[^\w-]", "-", table["handler"], flags=re.ASCII),
        table["handler"],
        tuple(str(root / folder) for folder in (table.get("code_root", "."), *table.get("layers", ()))),
        table.get("timeout"),
        table.get("memory"),
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
