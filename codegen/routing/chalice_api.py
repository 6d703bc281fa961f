"""What Chalice deploys of an app beside its routes: its binary types, a MOCK method for each path with `cors`, and what
`.chalice/config.json` and the folder `vendor` give its functions.

Read off Chalice 1.34.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .. import facts
from ..declarations import MEGABYTES, SECONDS, Handler, Place, Preflight
from .decorated import Decorated, Decorators, Made, argument
from .definitions import Defined, definition
from .modules import ModuleIndex

_BINARY = (
    *("application/octet-stream", "application/x-tar", "application/zip"),
    *(f"audio/{kind}" for kind in ("basic", "ogg", "mp4", "mpeg", "wav", "webm")),
    *(f"image/{kind}" for kind in ("png", "jpg", "jpeg", "gif")),
    *(f"video/{kind}" for kind in ("ogg", "mpeg", "webm")),
)
_HEADERS = ("Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token")
_CORS = ("allow_origin", "allow_headers", "expose_headers", "max_age", "allow_credentials")
_ADDS = ("append", "extend")
_STAGE, _API_STAGE, _TIMEOUT = "dev", "api", 60
_DEEPEST = 6
_UNKNOWN = "the cors of this route cannot be read: its preflights are not answered"
_NO_TYPE = "a binary type cannot be read: such bodies are texts"
# What Chalice sets up of an API by these keys, and is not done here.
_OTHERS = {
    "minimum_compression_size": "answers are sent as they are, and compressed requests reach the function so",
    "api_gateway_policy_file": "every address and account may call",
}

type Stated = Iterable[tuple[str, str, Decorated]]
"""Methods and paths with what decorates their functions."""


def binary_types(decorators: Decorators, app: Made) -> tuple[str, ...]:
    """The types of `app.api.binary_types` once the module is imported."""
    found = list(_BINARY)
    for statement in app.home.module.body:
        match statement:
            case facts.Do(value=facts.Call(func=facts.Attr(value=base, name=verb), args=(given,))) if verb in _ADDS:
                if _is_setting(base, app, "binary_types"):
                    found += _types(decorators, app, given.value)
            case facts.Assign(targets=(target,), value=value) if _is_setting(target, app, "binary_types"):
                found = _types(decorators, app, value)
    return tuple(found)


def _types(decorators: Decorators, app: Made, expr: facts.Expr | None) -> list[str]:
    """The types of an expression; what is no constant is told."""
    said = decorators.constant(app.home, expr)
    given = said if isinstance(said, list) else [said]
    if not all(isinstance(one, str) for one in given):
        place = Place(app.home.path, node=app.call.at if expr is None else expr.at)
        decorators.findings.append(place.finding("CG256", _NO_TYPE))
    return [one for one in given if isinstance(one, str)]


def tell_others(decorators: Decorators, app: Made) -> None:
    """CG256: keys of the configuration whose effect is not had here."""
    tables = _tables(decorators, app)
    for key, instead in _OTHERS.items():
        if _said(tables, key) is not None:
            message = f"{key} is not applied: {instead}"
            decorators.findings.append(Place(_settings(app)).finding("CG256", message))


def preflights(decorators: Decorators, app: Made, stated: Stated) -> Iterator[Preflight]:
    """Of several methods of a path the last one's headers count; those without `cors` are not allowed."""
    methods: dict[str, list[str]] = {}
    headers: dict[str, tuple[tuple[str, str], ...]] = {}
    for method, path, decorated in stated:
        expr = argument(decorated.call, "cors")
        home = decorated.home if expr is not None else app.home
        found = _headers(decorators, home, expr if expr is not None else _default(app))
        if found is None:
            decorators.findings.append(decorated.place.finding("CG256", _UNKNOWN))
        elif found:
            methods.setdefault(path, []).append(method)
            headers[path] = found
    for path, allowed in methods.items():
        line = ("Access-Control-Allow-Methods", ",".join((*allowed, "OPTIONS")))
        yield Preflight(path, 200, (line, *headers[path]))


def _default(app: Made) -> facts.Expr | None:
    """What `app.api.cors` is."""
    assigned = (one for one in app.home.module.body if isinstance(one, facts.Assign))
    found = [one.value for one in assigned if _is_setting(one.targets[0], app, "cors")]
    return found[-1] if found else None


def _headers(
    decorators: Decorators, home: ModuleIndex, expr: facts.Expr | None, depth: int = 0
) -> tuple[tuple[str, str], ...] | None:
    """The headers of `cors=True` or of a CORSConfig: none without one, None where it cannot be read."""
    match expr:
        case None | facts.Const(value=False | None):
            return ()
        case facts.Const(value=True):
            return _lines({})
        case facts.Call() if decorators.class_of(home, expr.func) == "CORSConfig":
            given = {name: argument(expr, name, place) for place, name in enumerate(_CORS)}
            said = {name: decorators.constant(home, one) for name, one in given.items() if one is not None}
            return None if None in said.values() else _lines(said)
    found = definition(decorators.program(home.path), home, expr)
    if isinstance(found, Defined) and isinstance(found.statement, facts.Assign) and depth < _DEEPEST:
        return _headers(decorators, found.home, found.statement.value, depth + 1)
    return None


def _lines(said: dict[str, object]) -> tuple[tuple[str, str], ...]:
    exposed, age = _list(said.get("expose_headers")), said.get("max_age")
    lines = (
        ("Access-Control-Allow-Origin", str(said.get("allow_origin", "*"))),
        ("Access-Control-Allow-Headers", ",".join(sorted({*map(str, _list(said.get("allow_headers"))), *_HEADERS}))),
        ("Access-Control-Expose-Headers", ",".join(map(str, exposed))),
        ("Access-Control-Max-Age", "" if age is None else str(age)),
        ("Access-Control-Allow-Credentials", "true" if said.get("allow_credentials") is True else ""),
    )
    return tuple(line for line in lines if line[1])


def _is_setting(expr: facts.Expr, app: Made, name: str) -> bool:
    """Whether an expression is `app.api.NAME`."""
    match expr:
        case facts.Attr(value=facts.Attr(value=facts.Name(id=base), name="api"), name=last):
            return (base, last) == (app.name, name)
        case _:
            return False


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def api_stage(decorators: Decorators, app: Made) -> str:
    """The stage of the API."""
    return str(_said(_tables(decorators, app), "api_gateway_stage") or _API_STAGE)


def deployed(decorators: Decorators, app: Made, handler: Handler, name: str = "api_handler") -> Handler:
    """A function as Chalice deploys it: with its variables and limits, and what is vendored in the root."""
    tables = _tables(decorators, app, name)
    whole, _, *special = tables
    variables = {key: value for one in (whole, *special) for key, value in _table(one, "environment_variables").items()}
    timeout = _whole(decorators, app, tables, "lambda_timeout", *SECONDS)
    memory = _whole(decorators, app, tables, "lambda_memory_size", *MEGABYTES)
    vendor = f"{handler.code_root}/vendor".lstrip("/")
    return replace(
        handler,
        layers=(vendor,) if decorators.is_folder(vendor) else (),
        timeout=float(timeout or _TIMEOUT),
        memory=memory,
        environment=tuple(sorted((key, str(value)) for key, value in variables.items())),
    )


def _tables(decorators: Decorators, app: Made, function: str = "") -> list[dict[str, object]]:
    """Where Chalice looks for a value of a function, the most special table last."""
    path = _settings(app)
    try:
        whole = _table(json.loads(decorators.read(path) or b"{}"))
    except (ValueError, RecursionError) as error:
        decorators.findings.append(Place(path).finding("CG151", f"the file is no valid JSON: {error}"))
        whole = {}
    stages = _table(whole, "stages")
    only = next(iter(stages)) if len(stages) == 1 else _STAGE
    stage = _table(stages, decorators.stage or only)
    return [whole, _table(whole, "lambda_functions", function), stage, _table(stage, "lambda_functions", function)]


def _settings(app: Made) -> str:
    return f"{app.home.path.rpartition('/')[0]}/.chalice/config.json".lstrip("/")


def _whole(
    decorators: Decorators, app: Made, tables: list[dict[str, object]], name: str, least: int, most: int
) -> int | None:
    said = _said(tables, name)
    if said is None or (isinstance(said, int) and not isinstance(said, bool) and least <= said <= most):
        return said
    message = f"{name} is {said!r}, and not a whole number from {least} to {most}"
    decorators.findings.append(Place(_settings(app)).finding("CG156", message))
    return None


def _said(tables: list[dict[str, object]], name: str) -> object:
    return next((one[name] for one in reversed(tables) if one.get(name) is not None), None)


def _table(node: object, *keys: str) -> dict[str, object]:
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}
