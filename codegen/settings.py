"""`[tool.codegen]` of a code base's pyproject.toml, with defaults that fit this repository."""

import json
import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .names import InvalidName, ModuleName
from .route_settings import RouteSource, route_sources

PAYLOADS = ("1.0", "2.0")
# What `--set` takes for a text without quotes.
_WORD = re.compile(r"[^\s\"'\[\]{},#=]+")
_EXAMPLES = """for example folder="handlers" or sources=["app"], and quote the whole for the shell"""


class SettingsError(ValueError):
    """`[tool.codegen]` says something that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Helpers:
    """Helper functions by what they do; `body_with` maps a helper to the field that it fills in."""

    path_parameter: tuple[str, ...] = ("extract_path_parameter",)
    query_filters: tuple[str, ...] = ("process_query_filters_from_aws_event",)
    request_body: tuple[str, ...] = ("extract_request_body",)
    body_with: tuple[tuple[str, str], ...] = (("body_with_author_id", "author_id"), ("body_with_user_id", "user_id"))
    has_permission: tuple[str, ...] = ("has_permission",)
    header: tuple[str, ...] = ("extract_header",)


def _setting[T](default: T, words: str) -> T:
    """A field with the words that `--help` and the documentation have for it."""
    return field(default=default, metadata={"help": words})


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths are relative to the root. `factories` maps middleware factories to contexts ("" for none)."""

    sources: tuple[str, ...] = _setting((".",), "folders to look for handlers in")
    exclude: tuple[str, ...] = _setting((), "folders to leave out")
    import_roots: tuple[str, ...] = _setting(("", "src"), "where absolute imports begin")
    module_root: str | None = _setting(None, "put before the module names in generated imports")
    output: str = _setting("generated", "the folder to write")
    ports: str = _setting("lambdatwin.ports", "the module that generated code imports")
    templates: str | None = _setting(None, "a folder of templates that come before the generator's own")
    folder: str = _setting("aws_lambda", "the name of the folders with handlers")
    entry: str = _setting("lambda_handler", "the function that Lambda calls")
    container: str = _setting("container", "the module-level dependency container")
    decorators: tuple[str, ...] = _setting(("async_endpoint_handler",), "decorators of handlers")
    payload: str = _setting("1.0", "the format of the handlers' events; 2.0 makes the routes those of an HTTP API")
    reserved: tuple[str, ...] = _setting(
        ("docs", "redoc", "openapi.json", "health", "metrics", "auth"), "first segments that the runtime keeps"
    )
    contexts: tuple[str, ...] = _setting((), "names of contexts, where folders do not tell")
    factories: tuple[tuple[str, str], ...] = _setting(
        (), "middleware factories to contexts, where the code does not tell"
    )
    helpers: Helpers = field(
        default_factory=Helpers,
        metadata={"help": "names of the functions that read parameters, filters, headers and bodies"},
    )
    route_source: tuple[RouteSource, ...] = _setting((), "where routes are declared, if not where they are found")
    functions: tuple[tuple[str, str], ...] = _setting((), "functions by the names that a table of routes has for them")


def described_settings() -> list[tuple[str, str, str]]:
    """Name, default as TOML and words of each setting."""
    defaults = Settings()
    return [(f.name, _as_toml(getattr(defaults, f.name), str(f.type)), f.metadata["help"]) for f in fields(Settings)]


def _as_toml(value: object, kind: str = "") -> str:
    match value:
        case None:
            return "none"
        case str():
            return f'"{value}"'
        case tuple() if value:
            return f"[{', '.join(_as_toml(item) for item in value)}]"
        case _:
            return "{...}" if isinstance(value, Helpers) else "{}" if "tuple[tuple" in kind else "[]"


def load_settings(root: Path, given: Iterable[str] = ()) -> Settings:
    """The settings of a code base, the defaults without a pyproject.toml; `given` are lines of TOML that come first."""
    table = _written(root)
    for line in given:
        _merge(table, _parsed(line))
    settings = settings_from(table)
    _existing(root, settings, table)
    return settings


def _parsed(line: str) -> dict[str, Any]:
    """A line of TOML; a value that is none is a text, since a shell takes quotes away."""
    key, equals, word = line.partition("=")
    try:
        return tomllib.loads(line)
    except tomllib.TOMLDecodeError as error:
        if equals and _WORD.fullmatch(word.strip()):
            return _parsed(f"{key} = {json.dumps(word.strip())}")
        raise SettingsError(f"--set {line}: {error}; write KEY=VALUE as in TOML, {_EXAMPLES}") from error


def _existing(root: Path, settings: Settings, table: dict[str, Any]) -> None:
    """A folder that is named and not there is a slip of the pen: with nothing to read, all routes would be removed."""
    named = [("sources", folder) for folder in settings.sources]
    if "import_roots" in table or "import-roots" in table:
        named += [("import_roots", folder) for folder in settings.import_roots]
    named += [("module_root", settings.module_root)] if settings.module_root else []
    named += [("route_source.code_root", source.code_root) for source in settings.route_source]
    named += [("route_source.layers", layer) for source in settings.route_source for layer in source.layers]
    for key, folder in named:
        if folder is not None and not (root / folder.strip("/")).is_dir():
            raise SettingsError(f"tool.codegen.{key}: there is no folder {folder!r} in {root}")
    if os.path.realpath(root / settings.output) == os.path.realpath(root):
        raise SettingsError(f"tool.codegen.output is {settings.output!r}, the root itself: name a folder of its own")


def _written(root: Path) -> dict[str, Any]:
    try:
        text = (root / "pyproject.toml").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"pyproject.toml cannot be read: {error}") from error
    try:
        tool = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"pyproject.toml is no valid TOML: {error}") from error
    if not isinstance(tool, dict):
        raise SettingsError(f"pyproject.toml: tool is not a table, but {_shown(tool)}")
    table = tool.get("codegen", {})
    if not isinstance(table, dict):
        raise SettingsError(f"pyproject.toml: tool.codegen is not a table, but {_shown(table)}: write [tool.codegen]")
    return table


def _merge(table: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        inner = table.get(key)
        if isinstance(inner, dict) and isinstance(value, dict):
            _merge(inner, value)
        else:
            table[key] = value


def settings_from(table: dict[str, Any]) -> Settings:
    """Settings from a parsed table; unknown keys and wrong types are refused."""
    values = _checked(Settings, {key.replace("-", "_"): value for key, value in table.items()}, "tool.codegen")
    if "helpers" in values:
        values["helpers"] = Helpers(**_checked(Helpers, values["helpers"], "tool.codegen.helpers"))
    settings = Settings(**values)
    if settings.payload not in PAYLOADS:
        raise SettingsError(f"tool.codegen.payload is {settings.payload!r}, none of {', '.join(PAYLOADS)}")
    try:
        ModuleName(settings.ports)
    except InvalidName as error:
        raise SettingsError(f"tool.codegen.ports: {error}") from error
    return settings


def _checked(cls: type, table: Any, where: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise SettingsError(f"{where} is not a table, but {_shown(table)}")
    known = {f.name: f for f in fields(cls)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise SettingsError(f"{where}.{key} is no setting; there are {', '.join(sorted(known))}")
        values[key] = _value(value, str(known[key].type), f"{where}.{key}")
    return values


def _value(value: Any, kind: str, where: str) -> Any:
    if kind == "Helpers" or "Helpers" in kind:
        return value
    if "RouteSource" in kind:
        try:
            return route_sources(value)
        except ValueError as error:
            raise SettingsError(f"{where}: {error}") from error
    if "tuple[tuple" in kind:
        if isinstance(value, dict) and all(isinstance(v, str) for v in value.values()):
            return tuple(sorted(value.items()))
        raise SettingsError(f'{where} is not a table of strings, but {_shown(value)}: write {{ name = "value" }}')
    if kind.startswith("tuple"):
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        raise SettingsError(f"{where} is not a list of strings, but {_shown(value)}: write {_listed(value)}")
    if not isinstance(value, str):
        raise SettingsError(f"{where} is not a string, but {_shown(value)}: write {_quoted(value)}")
    return value


def _shown(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _quoted(value: Any) -> str:
    """A scalar as the text that was meant."""
    return '"..."' if isinstance(value, list | dict) else _shown(str(value))


def _listed(value: Any) -> str:
    items = value if isinstance(value, list) else [value]
    return f"[{', '.join(map(_quoted, items))}]"
