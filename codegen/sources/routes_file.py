"""routes.toml: routes written by hand, or frozen from any other source.

    [[route]]
    method = "GET"
    path = "/users/{id}"
    handler = "app.get_user"        # a module and a function, as Lambda reads them
    code_root = "functions/users"   # what the module is imported from; the root by default
    authorizer = "none"             # or iam, key, or one of [authorizers]: never left out

Other keys of a route: api, layers, scopes, payload, timeout (seconds), memory (megabytes), env, unknown_env (names that
are known only after the deploy), name (the function's), needs_key. `[authorizers.NAME]` has a `kind` (cognito, jwt,
lambda) and what that needs, and a `label` where it has another name in AWS; `[apis.NAME]` has kind, stage,
binary_types, variables (of the stage), `cors` (of an HTTP API: origins, methods, headers, exposed, max_age,
credentials) and `preflights` (of a REST API: for a path the status, headers, body and origins of what OPTIONS is
answered).
"""

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, assert_never

from ..declarations import (
    AGE,
    FORMS,
    MEGABYTES,
    PAYLOADS,
    SECONDS,
    STATUS,
    TTL,
    Api,
    ApiKey,
    Authorizer,
    Cognito,
    Cors,
    Handler,
    Iam,
    Jwt,
    LambdaAuthorizer,
    Place,
    Preflight,
    Public,
    Route,
    Unresolved,
    with_identity,
)
from ..names import numbered
from .reading import Reading

_HEADER = re.compile(r"\s*\[\[\s*route\s*\]\]")
_KEY = re.compile(r"\s*([A-Za-z_]+)\s*=")
_BUILT_IN: dict[str, Authorizer] = {"none": Public(), "iam": Iam(), "key": ApiKey()}
_FUNCTION: dict[str, type] = {
    "handler": str,
    "code_root": str,
    "layers": list,
    "timeout": float,
    "memory": int,
    "env": dict,
    "unknown_env": list,
    "name": str,
}
_ROUTE: dict[str, type] = {
    **_FUNCTION,
    "api": str,
    "method": str,
    "path": str,
    "authorizer": str,
    "scopes": list,
    "payload": str,
    "needs_key": bool,
}
_API: dict[str, type] = {
    "kind": str,
    "stage": str,
    "binary_types": list,
    "cors": dict,
    "preflights": list,
    "variables": dict,
}
_CORS: dict[str, type] = {
    "origins": list,
    "methods": list,
    "headers": list,
    "exposed": list,
    "max_age": int,
    "credentials": bool,
}
_PREFLIGHT: dict[str, type] = {
    "path": str,
    "status": int,
    "headers": dict,
    "body": str,
    "origins": list,
    "is_guarded": bool,
}
_AUTHORIZERS: dict[str, dict[str, type]] = {
    "cognito": {"label": str, "pools": list, "identity": list},
    "jwt": {"label": str, "issuer": str, "audience": list, "unknown": list, "identity": list},
    "lambda": {"label": str, **_FUNCTION, "form": str, "identity": list, "ttl": int, "payload": str, "simple": bool},
}

# The words and numbers that AWS takes; a time limit may be a part of a second here.
_WORDS = {"kind": ("rest", "http"), "payload": PAYLOADS, "form": FORMS}
_BOUNDS: dict[str, tuple[float, float]] = {
    "timeout": (0.001, SECONDS[1]),
    "memory": MEGABYTES,
    "ttl": TTL,
    "max_age": AGE,
    "status": STATUS,
}


class _Wrong(ValueError):
    """A table that cannot be read: the key, and why."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def read(reading: Reading, path: str) -> tuple[Route, ...]:
    """The routes of a file."""
    source = reading.bytes_of(path)
    if source is None:
        reading.report(Place(path), "CG151", f"there is no file {path}")
        return ()
    try:
        said = source.decode("utf-8-sig")
        document = tomllib.loads(said)
    except UnicodeDecodeError as error:
        reading.report(Place(path), "CG151", f"the file is not UTF-8: {error.reason}")
        return ()
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reading.report(_place_of_error(path, str(error)), "CG151", f"the file is no valid TOML: {error}")
        return ()
    return _File(reading, path, document, _places(path, said)).routes()


def _place_of_error(path: str, message: str) -> Place:
    found = re.search(r"at line (\d+), column (\d+)", message)
    return Place(path, int(found[1]), int(found[2])) if found else Place(path)


def _places(path: str, said: str) -> list[dict[str, Place]]:
    """By route, the places of its header (under "") and keys."""
    found: list[dict[str, Place]] = []
    current: dict[str, Place] = {}
    for number, line in enumerate(said.splitlines(), 1):
        if _HEADER.match(line):
            current = {"": Place(path, number, 1, len(line.rstrip()))}
            found.append(current)
        elif line.lstrip().startswith("["):
            current = {}
        elif match := _KEY.match(line):
            current.setdefault(match[1], Place(path, number, match.start(1) + 1, len(line.strip())))
    return found


@dataclass(frozen=True, slots=True)
class _File:
    reading: Reading
    path: str
    document: dict[str, Any]
    places: list[dict[str, Place]]

    def routes(self) -> tuple[Route, ...]:
        written = self.document.get("route", [])
        strangers = self.document.keys() - {"route", "apis", "authorizers"}
        if strangers or not isinstance(written, list):
            message = f"there is no {min(strangers)} in a routes file" if strangers else "route is no list of tables"
            self.reading.report(Place(self.path), "CG151", message, "routes stand under [[route]]")
            return ()
        whole = [Place(self.path)] * len(written)
        places = self.places if len(self.places) == len(written) else [{"": place} for place in whole]
        found: list[Route] = []
        for table, at in zip(written, places, strict=True):
            try:
                found.append(self.route(_checked(table, _ROUTE), at))
            except _Wrong as wrong:
                self.reading.report(at.get(wrong.key, at[""]), "CG156", str(wrong))
        return tuple(found)

    def route(self, table: dict[str, Any], at: dict[str, Place]) -> Route:
        for key in ("method", "path", "handler"):
            if key not in table:
                raise _Wrong("", f"the route has no {key}")
        payload = table.get("payload", "1.0")
        return Route(
            api=self.api(table.get("api", self.reading.options.api), payload),
            method=table["method"].upper(),
            path=table["path"],
            handler=self.handler(table, at),
            authorizer=self.authorizer(table.get("authorizer"), at.get("authorizer", at[""])),
            place=at[""],
            scopes=tuple(table.get("scopes", ())),
            payload=payload,
            needs_key=table.get("needs_key", False),
        )

    def handler(self, table: dict[str, Any], at: dict[str, Place]) -> Handler | Unresolved:
        place = at.get("handler", at[""])
        root = table.get("code_root", self.reading.options.code_root).strip("/").removeprefix("./")
        layers = tuple(table.get("layers", self.reading.options.layers))
        found = self.reading.handler(table["handler"], "" if root == "." else root, place, layers)
        if isinstance(found, Unresolved):
            return found
        values = [*table.get("env", {}).items(), *((name, None) for name in table.get("unknown_env", ()))]
        return replace(
            found,
            name=table.get("name", ""),
            timeout=table.get("timeout"),
            memory=table.get("memory"),
            environment=tuple(sorted(values)),
            variables_at=tuple(
                (name, at["unknown_env"]) for name in table.get("unknown_env", ()) if "unknown_env" in at
            ),
        )

    def api(self, name: str, payload: str) -> Api:
        table = _checked(self.document.get("apis", {}).get(name, {}), _API, f"apis.{name}.")
        kind, cors = table.get("kind", "http" if payload == "2.0" else "rest"), table.get("cors")
        if cors is not None and kind == "rest":
            raise _Wrong("api", f"{name} is a REST API: it has no cors, but preflights")
        allowed = None if cors is None else Cors(**_frozen(_checked(cors, _CORS, f"apis.{name}.cors.")))
        preflights = tuple(_preflight(one, f"apis.{name}.preflights.") for one in table.get("preflights", ()))
        variables = tuple(sorted(table.get("variables", {}).items()))
        return Api(name, kind, table.get("stage"), tuple(table.get("binary_types", ())), allowed, preflights, variables)

    def authorizer(self, name: str | None, place: Place) -> Authorizer:
        if name is None:
            return Unresolved('the route names no authorizer: write authorizer = "none" if it is public', place)
        if name in _BUILT_IN:
            return _BUILT_IN[name]
        table = self.document.get("authorizers", {}).get(name)
        kind = table.get("kind") if isinstance(table, dict) else None
        if kind not in _AUTHORIZERS:
            said = f"of kind {kind!r}, which is none" if table else "in no [authorizers] table"
            return Unresolved(f"the authorizer {name} is {said}", place)
        keys = {key: value for key, value in table.items() if key != "kind"}
        values = _checked(keys, _AUTHORIZERS[kind], f"authorizers.{name}.")
        name, identity = values.get("label", name), tuple(values.get("identity", ()))
        match kind:
            case "cognito":
                return with_identity(Cognito(name, tuple(values.get("pools", ()))), identity, place)
            case "jwt":
                audience = tuple(one or None for one in values.get("audience", ()))
                jwt = Jwt(name, values.get("issuer") or None, audience, tuple(values.get("unknown", ())))
                return with_identity(jwt, identity, place)
            case _:
                return self.lambda_authorizer(name, values, place)

    def lambda_authorizer(self, name: str, table: dict[str, Any], place: Place) -> Authorizer:
        unknown = Unresolved(f"the authorizer {name} has no handler", place)
        return LambdaAuthorizer(
            name,
            self.handler(table, {"": place}) if "handler" in table else unknown,
            table.get("form", "token"),
            tuple(table.get("identity", ())),
            table.get("ttl"),
            table.get("payload", "1.0"),
            table.get("simple", False),
        )


def _preflight(table: Any, where: str) -> Preflight:
    values = _checked(table, _PREFLIGHT, where)
    if "path" not in values:
        raise _Wrong("", "a preflight has no path")
    return Preflight(**_frozen({**values, "headers": tuple(values.get("headers", {}).items())}))


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _checked(table: Any, known: dict[str, type], where: str = "") -> dict[str, Any]:
    """What a table says. Raises `_Wrong`; `where` goes before the key in its words."""
    if not isinstance(table, dict):
        raise _Wrong("", "a table is expected")
    for key, value in table.items():
        if key not in known:
            raise _Wrong(key, f"{where}{key} is no key here; there are {', '.join(sorted(known))}")
        kind = known[key]
        good = isinstance(value, int | float if kind is float else kind)
        if not good or (isinstance(value, bool) and kind is not bool):
            raise _Wrong(key, f"{where}{key} is of another type than {kind.__name__}")
        if key in _WORDS and value not in _WORDS[key]:
            raise _Wrong(key, f"{where}{key} is {value!r}, and neither {' nor '.join(_WORDS[key])}")
        if key in _BOUNDS and not _BOUNDS[key][0] <= value <= _BOUNDS[key][1]:
            least, most = _BOUNDS[key]
            raise _Wrong(key, f"{where}{key} is {value}, and not a number from {least} to {most}")
        if kind is list and key != "preflights" and not all(isinstance(item, str) for item in value):
            raise _Wrong(key, f"{where}{key} is no list of strings")
        if (
            key in ("env", "headers", "variables")
            and kind is dict
            and not all(isinstance(item, str) for item in value.values())
        ):
            raise _Wrong(key, f"{where}{key} has values that are no strings")
    return {key: float(value) if known[key] is float else value for key, value in table.items()}


def written(routes: Iterable[Route]) -> str:
    """The text of a routes file that declares the same; a route without a known function or authorizer is left out."""
    apis: dict[str, Api] = {}
    authorizers: dict[str, tuple[str, Authorizer]] = {}
    lines: list[str] = []
    for route in routes:
        if isinstance(route.handler, Unresolved) or isinstance(route.authorizer, Unresolved):
            continue
        apis[route.api.name] = route.api
        lines += ["[[route]]", *_lines(_route_table(route, authorizers)), ""]
    head: list[str] = []
    for name, api in apis.items():
        head += [f"[apis.{_text(name)}]", *_lines(_api_table(api)), ""]
    for name, (kind, authorizer) in authorizers.items():
        own = getattr(authorizer, "name", name)
        table = {"kind": kind, "label": own if own != name else "", **_authorizer_table(authorizer)}
        head += [f"[authorizers.{_text(name)}]", *_lines(table), ""]
    return "\n".join([*head, *lines]).rstrip("\n") + "\n"


def _route_table(route: Route, authorizers: dict[str, tuple[str, Authorizer]]) -> dict[str, object]:
    return {
        "api": route.api.name,
        "method": route.method,
        "path": route.path,
        **(_function_table(route.handler) if isinstance(route.handler, Handler) else {}),
        "authorizer": _authorizer_name(route.authorizer, authorizers),
        "scopes": route.scopes,
        "payload": route.payload,
        "needs_key": route.needs_key,
    }


def _function_table(handler: Handler) -> dict[str, object]:
    module = handler.file.removesuffix(".py").removesuffix("/__init__")
    return {
        "handler": f"{module}.{handler.function}",
        "code_root": handler.code_root or ".",
        "layers": handler.layers,
        "name": handler.name,
        "timeout": handler.timeout,
        "memory": handler.memory,
        "env": {name: value for name, value in handler.environment if value is not None} or None,
        "unknown_env": tuple(name for name, value in handler.environment if value is None),
    }


def _authorizer_name(authorizer: Authorizer, known: dict[str, tuple[str, Authorizer]]) -> str:
    """The name under which a route has an authorizer: its own, with a number where another one is called so."""
    for name, built_in in _BUILT_IN.items():
        if authorizer == built_in:
            return name
    own = getattr(authorizer, "name", "") or "authorizer"
    kind = {Cognito: "cognito", Jwt: "jwt"}.get(type(authorizer), "lambda")
    free = (name for name in numbered(own) if name not in _BUILT_IN)
    name = next(name for name in free if name not in known or known[name][1] == authorizer)
    known[name] = (kind, authorizer)
    return name


def _authorizer_table(authorizer: Authorizer) -> dict[str, object]:
    match authorizer:
        case Cognito(pools=pools, identity=identity):
            return {"pools": pools, "identity": (identity,) if identity else ()}
        case Jwt(issuer=issuer, audience=audience, unknown=unknown, identity=identity):
            # An empty text stands for what is known only after the deploy.
            said = {"issuer": issuer or "", "audience": tuple(item or "" for item in audience), "unknown": unknown}
            return {**said, "identity": (identity,) if identity else ()}
        case LambdaAuthorizer(handler=handler):
            return {
                **(_function_table(handler) if isinstance(handler, Handler) else {}),
                "form": authorizer.form,
                "identity": authorizer.identity,
                "ttl": authorizer.ttl,
                "payload": authorizer.payload,
                "simple": authorizer.simple,
            }
        case Public() | Iam() | ApiKey() | Unresolved():
            return {}
    assert_never(authorizer)


def _api_table(api: Api) -> dict[str, object]:
    return {
        "kind": api.kind,
        "stage": api.stage,
        "binary_types": api.binary_types,
        "cors": None if api.cors is None else _stated(asdict(api.cors)),
        "variables": dict(api.variables) or None,
        "preflights": tuple(_stated({**asdict(one), "headers": dict(one.headers) or None}) for one in api.preflights),
    }


def _stated(table: dict[str, object]) -> dict[str, object]:
    """What differs from the default. An empty table does: a policy for CORS that allows nothing is one."""
    return {
        key: value
        for key, value in table.items()
        if value or isinstance(value, dict) or (value == 0 and value is not False)
    }


def _lines(table: dict[str, object]) -> list[str]:
    """What differs from the default: an empty list or text is left out."""
    return [f"{key} = {_value(value)}" for key, value in _stated(table).items()]


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case tuple():
            return f"[{', '.join(_value(item) for item in value)}]"
        case dict() if not value:
            return "{}"
        case dict():
            return "{ " + ", ".join(f"{_text(str(key))} = {_value(item)}" for key, item in value.items()) + " }"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
