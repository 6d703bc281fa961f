"""Routes of apps: what their decorators say, with the prefixes of routers and what the app itself states."""

import re
from collections.abc import Iterable, Iterator

from .. import facts
from ..declarations import Api, ApiKey, Authorizer, Handler, Place, Public, Route, Unresolved
from . import chalice, chalice_api
from .decorated import SWAGGER, Decorated, Decorators, Made, argument

_PARAMETER = re.compile(r"<(\w+)>")
# What Powertools reads as a regular expression, beside a parameter and a greedy end.
_PATTERN = re.compile(r"[*+?|()\[\]\\^$]")
_GREEDY = re.compile(r"\.[+*]$")


def read_apps(decorators: Decorators, paths: Iterable[str]) -> tuple[Route, ...]:
    """The routes of all apps in some modules."""
    decorators.look(paths)
    return tuple(
        route for app in decorators.apps() for route in _routes_of(decorators, app, _stripped(decorators, app))
    )


def unprefixed(decorators: Decorators) -> tuple[Route, ...]:
    """What the apps with `strip_prefixes` answer as well: the same paths, where none of the prefixes stands before
    them."""
    known = [app for app in decorators.apps() if app.library == "powertools" and _prefixes(app) is not None]
    return tuple(route for app in known for route in _routes_of(decorators, app, ("",)))


def _routes_of(decorators: Decorators, app: Made, prefixes: tuple[str, ...]) -> Iterator[Route]:
    """The routes of an app with those of its routers."""
    entry = decorators.entry_of(app)
    if app.library == "chalice" and isinstance(entry, Handler):
        entry = chalice_api.deployed(decorators, app, entry)
    stated = [
        (method, _whole(outer + prefix, path), decorated)
        for outer in prefixes
        for decorated, prefix in decorators.all_of(app.key, "", 0)
        for method, path in _stated(decorators, app, decorated)
    ]
    api = _api_of(decorators, app, stated)
    for method, path, decorated in stated:
        authorizer, scopes, needs_key = _guard_of(decorators, app, decorated)
        yield Route(
            api,
            method,
            path,
            entry,
            authorizer,
            decorated.place,
            scopes=scopes,
            payload=app.payload,
            needs_key=needs_key,
            inner=(decorated.home.path, decorated.function) if decorated.function else None,
        )


def _stripped(decorators: Decorators, app: Made) -> tuple[str, ...]:
    """The prefixes that an app takes off a path before it looks for its route."""
    written = _prefixes(app) if app.library == "powertools" else None
    if written is None:
        return ("",)
    said = decorators.said(app, "strip_prefixes", 4)
    prefixes = tuple(one for one in said if isinstance(one, str)) if isinstance(said, list) else ()
    if not isinstance(said, list) or len(prefixes) != len(said):
        message = f"the paths of {app.name} are not known: strip_prefixes is no list of constant texts"
        hint = "state the deployed routes in a table"
        decorators.findings.append(Place(app.home.path, node=written.at).finding("CG156", message, hint))
        return ()
    return prefixes or ("",)


def _prefixes(app: Made) -> facts.Expr | None:
    written = argument(app.call, "strip_prefixes", 4)
    return None if written is None or written == facts.Const(written.at, None) else written


def _api_of(decorators: Decorators, app: Made, stated: chalice_api.Stated) -> Api:
    name = _name_of(decorators, app)
    if app.library != "chalice":
        _tell_preflights(decorators, app, stated)
        return Api(name, app.kind)
    chalice_api.tell_others(decorators, app)
    preflights = tuple(chalice_api.preflights(decorators, app, stated))
    stage, binary = chalice_api.api_stage(decorators, app), chalice_api.binary_types(decorators, app)
    return Api(name, app.kind, stage, binary, preflights=preflights)


def _tell_preflights(decorators: Decorators, app: Made, stated: chalice_api.Stated) -> None:
    """Powertools answers preflights where API Gateway leads OPTIONS to the app, of which its code says nothing."""
    cors = argument(app.call, "cors", 1)
    answered = {path for method, path, _ in stated if method == "OPTIONS"}
    other = next((path for _, path, _ in stated if path not in answered), None)
    if other is not None and cors is not None and cors != facts.Const(cors.at, None):
        message = f"{app.name} answers preflights, and no route leads OPTIONS {other} to it: they are refused"
        hint = "state the routes in a table, with those for OPTIONS or the CORS of the API"
        place = Place(app.home.path, node=app.call.at)
        decorators.findings.append(place.finding("CG256", message, hint))


def _name_of(decorators: Decorators, app: Made) -> str:
    said = decorators.said(app, "app_name", 0) if app.library == "chalice" else None
    return said if isinstance(said, str) else app.home.path.removesuffix(".py")


def _stated(decorators: Decorators, app: Made, decorated: Decorated) -> Iterator[tuple[str, str]]:
    """The methods and paths of a decorator; what cannot be read is a finding."""
    function = decorated.function or decorated.verb
    if any(given.star for given in decorated.call.args):
        message = f"the route of {function} is not known: arguments stand behind * or **"
        hint = "write them out: the path, the methods, and who may call"
        decorators.findings.append(decorated.place.finding("CG156", message, hint))
        return
    is_swagger = decorated.verb == SWAGGER
    path = decorators.said(decorated, "path" if app.library == "chalice" or is_swagger else "rule", 0)
    if is_swagger and argument(decorated.call, "path") is None:
        path = "/swagger"
    methods: object = ["get"] if is_swagger else [decorated.verb]
    if decorated.verb == "route":
        is_chalice = app.library == "chalice"
        name, position = ("methods", -1) if is_chalice else ("method", 1)
        written = argument(decorated.call, name, position)
        methods = ["GET"] if written is None else decorators.said(decorated, name, position)
        methods = [methods] if isinstance(methods, str) else methods
    if not isinstance(path, str) or not isinstance(methods, list) or not all(isinstance(m, str) for m in methods):
        message = f"the route of {function} is not known: its path or method is no constant"
        decorators.findings.append(decorated.place.finding("CG156", message))
        return
    if app.library == "powertools" and _PATTERN.search(_written(path).replace("{proxy+}", "")):
        message = f"the route of {function} is a pattern, {path}, which no path of API Gateway is"
        hint = "state the deployed route in a table, or write <name> for a part of the path"
        decorators.findings.append(decorated.place.finding("CG156", message, hint))
        return
    for method in methods:
        yield str(method).upper(), path


def _guard_of(decorators: Decorators, app: Made, decorated: Decorated) -> tuple[Authorizer, tuple[str, ...], bool]:
    """Who may call, with which scopes, and whether a key is asked for: Chalice states it, Powertools leaves it to a
    table."""
    if app.library == "powertools":
        said = "Powertools states no authorizer: a table has to, or `authorizer` of the route source"
        return decorators.authorizer or Unresolved(said, decorated.place), (), False
    written, needs_key = argument(decorated.call, "api_key_required"), decorators.said(decorated, "api_key_required")
    if written is not None and not isinstance(needs_key, bool) and written != facts.Const(written.at, None):
        return Unresolved("whether an API key is asked for is no constant", decorated.place), (), False
    expr = argument(decorated.call, "authorizer")
    if expr is None or (isinstance(expr, facts.Const) and expr.value is None):
        return ApiKey() if needs_key else Public(), (), needs_key is True
    authorizer = chalice.authorizer(decorators, app, decorated.home, expr, decorated.place)
    scopes = chalice.scopes_of(decorators, decorated)
    if scopes is None:
        return Unresolved("the scopes of the authorizer are no constants", decorated.place), (), False
    return authorizer, scopes, needs_key is True


def _written(path: str) -> str:
    return _GREEDY.sub("{proxy+}", _PARAMETER.sub(r"{\1}", path))


def _whole(prefix: str, path: str) -> str:
    """A path as API Gateway writes it: `<id>` is `{id}`, `.+` at the end is `{proxy+}`."""
    written = _written(path)
    written = written if written.startswith("/") or not written else f"/{written}"
    prefix = _PARAMETER.sub(r"{\1}", prefix)
    whole = prefix.rstrip("/") + ("" if prefix.rstrip("/") and written == "/" else written)
    return whole or "/"
